// What scripts find as globals besides the language: Elsa's functions and the .NET types that its users reach for. Evaluated inside
// QuickJS, once per context, before everything is frozen.
(function (uuid) {
    'use strict';
    const TICKS = 10000;
    const pad = (n, width = 2) => String(n).padStart(width, '0');

    class TimeSpan {
        #ticks;
        constructor(...p) {
            this.#ticks = p.length <= 1 ? Number(p[0] ?? 0)
                : p.length === 3 ? ((p[0] * 60 + p[1]) * 60 + p[2]) * 1000 * TICKS
                : ((((p[0] * 24 + p[1]) * 60 + p[2]) * 60 + p[3]) * 1000 + (p[4] ?? 0)) * TICKS;
            Object.freeze(this);
        }
        static isSpan(v) { return typeof v === 'object' && v !== null && #ticks in v; }
        static of(ms) { return new TimeSpan(Math.round(ms * TICKS)); }
        static FromDays(n) { return TimeSpan.of(n * 86400000); }
        static FromHours(n) { return TimeSpan.of(n * 3600000); }
        static FromMinutes(n) { return TimeSpan.of(n * 60000); }
        static FromSeconds(n) { return TimeSpan.of(n * 1000); }
        static FromMilliseconds(n) { return TimeSpan.of(n); }
        static FromTicks(n) { return new TimeSpan(Number(n)); }
        static get Zero() { return new TimeSpan(0); }
        static Parse(text) {
            const m = /^\s*(-)?(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?\s*$/.exec(text);
            const days = /^\s*(-?\d+)\s*$/.exec(text);
            if (days) {
                return TimeSpan.FromDays(Number(days[1]));
            }
            if (!m) {
                throw new TypeError(`'${text}' is not a time span.`);
            }
            const seconds = ((Number(m[2] ?? 0) * 24 + Number(m[3])) * 60 + Number(m[4])) * 60 + Number(m[5] ?? 0);
            const ticks = seconds * 1000 * TICKS + Number((m[6] ?? '').padEnd(7, '0'));
            return new TimeSpan(m[1] ? -ticks : ticks);
        }
        get Ticks() { return this.#ticks; }
        get TotalMilliseconds() { return this.#ticks / TICKS; }
        get TotalSeconds() { return this.#ticks / 1e7; }
        get TotalMinutes() { return this.#ticks / 6e8; }
        get TotalHours() { return this.#ticks / 3.6e10; }
        get TotalDays() { return this.#ticks / 8.64e11; }
        get Milliseconds() { return Math.trunc(this.#ticks / TICKS) % 1000; }
        get Seconds() { return Math.trunc(this.TotalSeconds) % 60; }
        get Minutes() { return Math.trunc(this.TotalMinutes) % 60; }
        get Hours() { return Math.trunc(this.TotalHours) % 24; }
        get Days() { return Math.trunc(this.TotalDays); }
        Add(other) { return new TimeSpan(this.#ticks + other.Ticks); }
        Subtract(other) { return new TimeSpan(this.#ticks - other.Ticks); }
        Negate() { return new TimeSpan(-this.#ticks); }
        Duration() { return new TimeSpan(Math.abs(this.#ticks)); }
        Equals(other) { return TimeSpan.isSpan(other) && other.Ticks === this.#ticks; }
        CompareTo(other) { return Math.sign(this.#ticks - other.Ticks); }
        valueOf() { return this.TotalMilliseconds; }
        toString() {
            const t = Math.abs(this.#ticks);
            const seconds = Math.floor(t / 1e7);
            const fraction = t - seconds * 1e7;
            const days = Math.floor(seconds / 86400);
            return `${this.#ticks < 0 ? '-' : ''}${days ? days + '.' : ''}${pad(Math.floor(seconds / 3600) % 24)}:${pad(Math.floor(seconds / 60) % 60)}`
                + `:${pad(seconds % 60)}${fraction ? '.' + pad(fraction, 7) : ''}`;
        }
        ToString() { return this.toString(); }
        toJSON() { return this.toString(); }
    }

    class Guid {
        #text;
        constructor(text = '00000000-0000-0000-0000-000000000000') {
            const hex = String(text).replace(/[{}()\-\s]/g, '').toLowerCase();
            if (!/^[0-9a-f]{32}$/.test(hex)) {
                throw new TypeError(`'${text}' is not a GUID.`);
            }
            this.#text = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
            Object.freeze(this);
        }
        static isGuid(v) { return typeof v === 'object' && v !== null && #text in v; }
        static NewGuid() { return new Guid(uuid()); }
        static Parse(text) { return new Guid(text); }
        static get Empty() { return new Guid(); }
        Equals(other) { return String(other).toLowerCase() === this.#text; }
        ToByteArray() {
            const b = this.#text.replace(/-/g, '').match(/../g).map(h => parseInt(h, 16));
            return Uint8Array.from([b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], ...b.slice(8)]);
        }
        ToString(format) {
            const bare = this.#text.replace(/-/g, '');
            return { N: bare, B: `{${this.#text}}`, P: `(${this.#text})` }[String(format ?? 'D').toUpperCase()] ?? this.#text;
        }
        toString() { return this.#text; }
        valueOf() { return this.#text; }
        toJSON() { return this.#text; }
    }

    // A decimal that a double cannot hold keeps its digits as long as nobody reckons with it.
    class Decimal {
        #text;
        constructor(text) {
            this.#text = text;
            Object.freeze(this);
        }
        static isDecimal(v) { return typeof v === 'object' && v !== null && #text in v; }
        valueOf() { return Number(this.#text); }
        toString() { return this.#text; }
        toJSON() { return Number(this.#text); }
    }

    class Random {
        #state;
        constructor(seed) { this.#state = seed === undefined ? undefined : seed >>> 0; }
        NextDouble() {
            if (this.#state === undefined) {
                return Math.random();
            }
            let t = this.#state = (this.#state + 0x6D2B79F5) >>> 0;
            t = Math.imul(t ^ t >>> 15, t | 1);
            t ^= t + Math.imul(t ^ t >>> 7, t | 61);
            return ((t ^ t >>> 14) >>> 0) / 4294967296;
        }
        Next(low, high) {
            [low, high] = low === undefined ? [0, 2147483647] : high === undefined ? [0, low] : [low, high];
            return low + Math.floor(this.NextDouble() * (high - low));
        }
    }

    // Dates are JavaScript dates, as in Elsa; .NET's members that its users write are added to them.
    const shift = (name, change) => [name, function (n) { const d = new Date(this.getTime()); change(d, Number(n)); return d; }];
    const dateMembers = Object.fromEntries([
        shift('AddMilliseconds', (d, n) => d.setTime(d.getTime() + n)),
        shift('AddSeconds', (d, n) => d.setTime(d.getTime() + n * 1000)),
        shift('AddMinutes', (d, n) => d.setTime(d.getTime() + n * 60000)),
        shift('AddHours', (d, n) => d.setTime(d.getTime() + n * 3600000)),
        shift('AddDays', (d, n) => d.setTime(d.getTime() + n * 86400000)),
        shift('AddMonths', (d, n) => { const day = d.getUTCDate(); d.setUTCMonth(d.getUTCMonth() + n); if (d.getUTCDate() !== day) d.setUTCDate(0); }),
        shift('AddYears', (d, n) => { const day = d.getUTCDate(); d.setUTCFullYear(d.getUTCFullYear() + n); if (d.getUTCDate() !== day) d.setUTCDate(0); }),
        ['Add', function (span) { return new Date(this.getTime() + Number(span)); }],
        ['Subtract', function (other) { return other instanceof Date ? TimeSpan.of(this - other) : new Date(this.getTime() - Number(other)); }],
        ['ToUnixTimeSeconds', function () { return Math.floor(this.getTime() / 1000); }],
        ['ToUnixTimeMilliseconds', function () { return this.getTime(); }],
        ['ToString', function () { return this.toISOString(); }],
    ]);
    for (const [name, value] of Object.entries(dateMembers)) {
        Object.defineProperty(Date.prototype, name, { value, enumerable: false });
    }
    const dateParts = {
        Year: d => d.getUTCFullYear(), Month: d => d.getUTCMonth() + 1, Day: d => d.getUTCDate(), Hour: d => d.getUTCHours(),
        Minute: d => d.getUTCMinutes(), Second: d => d.getUTCSeconds(), Millisecond: d => d.getUTCMilliseconds(),
        DayOfWeek: d => d.getUTCDay(), Date: d => new Date(Math.floor(d.getTime() / 86400000) * 86400000),
    };
    for (const [name, part] of Object.entries(dateParts)) {
        Object.defineProperty(Date.prototype, name, { get() { return part(this); }, enumerable: false });
    }

    function netDate() {
        function DateTime(...p) {
            return p.length === 0 ? new Date(-62135596800000)
                : p[0] instanceof Date ? new Date(p[0].getTime())
                : new Date(Date.UTC(p[0], (p[1] ?? 1) - 1, ...p.slice(2, 7).filter(x => typeof x === 'number')));
        }
        const now = () => new Date();
        for (const name of ['Now', 'UtcNow']) {
            Object.defineProperty(DateTime, name, { get: now });
        }
        Object.defineProperty(DateTime, 'Today', { get: () => now().Date });
        Object.defineProperty(DateTime, 'UnixEpoch', { get: () => new Date(0) });
        DateTime.Parse = text => {
            const date = new Date(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text) ? text.replace(' ', 'T') + 'Z' : text);
            if (isNaN(date)) {
                throw new TypeError(`'${text}' is not a date.`);
            }
            return date;
        };
        DateTime.FromUnixTimeSeconds = n => new Date(n * 1000);
        DateTime.FromUnixTimeMilliseconds = n => new Date(n);
        return DateTime;
    }

    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const valueOfLetter = Object.assign(Object.create(null), Object.fromEntries([...alphabet].map((c, i) => [c, i])));
    const bytesOf = v => v instanceof Uint8Array ? v : Uint8Array.from(v);

    function bytesToBase64(value) {
        const b = bytesOf(value);
        const parts = [];
        for (let i = 0; i < b.length; i += 3) {
            const n = b[i] << 16 | (b[i + 1] ?? 0) << 8 | (b[i + 2] ?? 0);
            parts.push(alphabet[n >> 18] + alphabet[n >> 12 & 63] + (i + 1 < b.length ? alphabet[n >> 6 & 63] : '=') + (i + 2 < b.length ? alphabet[n & 63] : '='));
        }
        return parts.join('');
    }

    function bytesFromBase64(text) {
        const clean = String(text).replace(/\s/g, '').replace(/=+$/, '');
        const bytes = new Uint8Array(Math.floor(clean.length * 3 / 4));
        let bits = 0, held = 0, at = 0;
        for (let i = 0; i < clean.length; i++) {
            const v = valueOfLetter[clean[i]];
            if (v === undefined) {
                throw new TypeError('The text is not base64.');
            }
            held = (held << 6 | v) & 0xffffff;
            bits += 6;
            if (bits >= 8) {
                bits -= 8;
                bytes[at++] = held >> bits & 255;
            }
        }
        return bytes;
    }

    function bytesFromString(text) {
        const bytes = [];
        for (const c of String(text)) {
            let n = c.codePointAt(0);
            if (n >= 0xd800 && n < 0xe000) {
                n = 0xfffd;
            }
            if (n < 0x80) bytes.push(n);
            else if (n < 0x800) bytes.push(0xc0 | n >> 6, 0x80 | n & 63);
            else if (n < 0x10000) bytes.push(0xe0 | n >> 12, 0x80 | n >> 6 & 63, 0x80 | n & 63);
            else bytes.push(0xf0 | n >> 18, 0x80 | n >> 12 & 63, 0x80 | n >> 6 & 63, 0x80 | n & 63);
        }
        return Uint8Array.from(bytes);
    }

    function bytesToString(value) {
        const b = bytesOf(value);
        const parts = [];
        for (let i = 0; i < b.length;) {
            const first = b[i++];
            const more = first < 0x80 ? 0 : first >= 0xf0 && first < 0xf8 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : -1;
            let n = more === 0 ? first : first & 0x3f >> more;
            let left = more;
            while (left > 0 && (b[i] & 0xc0) === 0x80) {
                n = n << 6 | b[i++] & 63;
                left--;
            }
            parts.push(more < 0 || left > 0 || n > 0x10ffff || n >= 0xd800 && n < 0xe000 ? '\ufffd' : String.fromCodePoint(n));
        }
        return parts.join('');
    }

    const shortGuid = guid => bytesToBase64(guid.ToByteArray()).replace(/[/+=]/g, '');
    const parseGuid = text => Guid.isGuid(text) ? text : new Guid(text);

    // As System.Text.Json writes: no fraction that is zero, no trailing zeros.
    function toJson(value) {
        return JSON.stringify(value, function (key, written) {
            const v = this[key];
            return v instanceof Date ? v.toISOString().replace('.000Z', 'Z').replace(/(\.\d*?)0+Z$/, '$1Z')
                : typeof v === 'bigint' ? (JSON.rawJSON ? JSON.rawJSON(String(v)) : Number(v))
                : v instanceof Uint8Array ? bytesToBase64(v)
                : written;
        }) ?? 'null';
    }

    return {
        internals: { TimeSpan, Guid, Decimal, bytesToBase64, bytesFromBase64 },
        globals: {
            TimeSpan, Guid, Random, DateTime: netDate(), DateTimeOffset: netDate(),
            isNullOrWhiteSpace: v => v === null || v === undefined || String(v).trim() === '',
            isNullOrEmpty: v => v === null || v === undefined || String(v) === '',
            toJson, parseGuid,
            newGuid: () => Guid.NewGuid(),
            newGuidString: () => uuid(),
            newShortGuid: () => shortGuid(Guid.NewGuid()),
            getGuidString: v => String(parseGuid(v)),
            getShortGuid: v => shortGuid(parseGuid(v)),
            bytesToString, bytesFromString, bytesToBase64, bytesFromBase64,
            stringToBase64: text => bytesToBase64(bytesFromString(text)),
            stringFromBase64: text => bytesToString(bytesFromBase64(text)),
            streamToBytes: bytesOf,
            streamToBase64: bytesToBase64,
        },
    };
})
