// The world of a script: its variables, inputs and functions, and the walls around it. Evaluated inside QuickJS, once per context; a
// context serves the scripts of one workflow definition, run after run. What keeps runs apart: every built-in object is frozen, code
// cannot be made of text, globals that a script leaves are deleted after it, and all else that a script makes is unreachable then.
(function (library, makeEvaluator, shapeText, fetch, uuid) {
    'use strict';
    const shape = JSON.parse(shapeText);
    const runText = makeEvaluator(globalThis.eval);
    const { internals, globals } = library(uuid);
    const { TimeSpan, Guid, Decimal, bytesToBase64, bytesFromBase64 } = internals;
    const MAX_DEPTH = 50;
    const index = new Map(shape.vars.map((name, i) => [name, i]));
    const inputIndex = new Map(shape.inputs.map((name, i) => [name.toLowerCase(), i]));
    let S = null;
    let settled;

    // Values: JSON, and {"$": kind, "v": text} for what JSON lacks.

    function decode(v) {
        if (typeof v !== 'object' || v === null) {
            return v;
        }
        if (Array.isArray(v)) {
            for (let i = 0; i < v.length; i++) {
                const item = v[i];
                if (typeof item === 'object' && item !== null) {
                    v[i] = decode(item);
                }
            }
            return v;
        }
        if (typeof v.$ === 'string') {
            return decodeTagged(v.$, v.v);
        }
        for (const key of Object.keys(v)) {
            const item = v[key];
            const decoded = typeof item === 'object' && item !== null ? decode(item) : item;
            if (key.startsWith('$$')) {
                delete v[key];
                Object.defineProperty(v, key.slice(1), { value: decoded, writable: true, enumerable: true, configurable: true });
            } else if (decoded !== item) {
                v[key] = decoded;
            }
        }
        return v;
    }

    function decodeTagged(tag, text) {
        switch (tag) {
            case 'long': {
                const n = Number(text);
                return Number.isSafeInteger(n) ? n : BigInt(text);
            }
            case 'double': return text === 'NaN' ? NaN : text.startsWith('-') ? -Infinity : Infinity;
            case 'decimal': {
                const n = Number(text);
                const digits = text.replace(/^-/, '').replace('.', '').replace(/^0+/, '');
                return digits.length <= 15 ? n : Number.isInteger(n) && !text.includes('.') ? BigInt(text) : new Decimal(text);
            }
            case 'time': {
                const date = new Date(text.replace(/(\.\d{3})\d+/, '$1'));
                S.dates.set(date, { ms: date.getTime(), text });
                return date;
            }
            case 'span': return TimeSpan.Parse(text);
            case 'guid': return new Guid(text);
            case 'bytes': return bytesFromBase64(text);
            default: throw new TypeError(`A value of the kind '${tag}' cannot be used in a script.`);
        }
    }

    const quote = text => JSON.stringify(text.isWellFormed() ? text : text.toWellFormed());
    const tagged = (tag, text) => `{"$":"${tag}","v":${quote(text)}}`;

    // The JSON text of a value; undefined for what has none, such as a function.
    function encode(v, depth) {
        switch (typeof v) {
            case 'string': return quote(v);
            case 'number': return encodeNumber(v);
            case 'boolean': return v ? 'true' : 'false';
            case 'bigint': return encodeBigInt(v);
            case 'object': return v === null ? 'null' : encodeObject(v, depth);
            default: return undefined;
        }
    }

    function encodeNumber(n) {
        if (Number.isSafeInteger(n)) {
            return Object.is(n, -0) ? '-0.0' : String(n);
        }
        if (!Number.isFinite(n)) {
            return tagged('double', String(n));
        }
        const text = String(n);
        return text.includes('.') || text.includes('e') ? text : text + '.0';
    }

    function encodeBigInt(n) {
        if (n >= -(2n ** 63n) && n < 2n ** 63n) {
            return tagged('long', String(n));
        }
        if (n > -(2n ** 96n) && n < 2n ** 96n) {
            return tagged('decimal', String(n));
        }
        throw new RangeError(`The integer ${n} has more than 96 bits.`);
    }

    function encodeObject(v, depth) {
        if (depth > MAX_DEPTH) {
            throw new RangeError(`A value is nested deeper than ${MAX_DEPTH} levels, or holds itself.`);
        }
        if (Array.isArray(v)) {
            const parts = [];
            for (let i = 0; i < v.length; i++) {
                parts.push(encode(v[i], depth + 1) ?? 'null');
            }
            return `[${parts.join(',')}]`;
        }
        if (v instanceof Date) return encodeDate(v);
        if (TimeSpan.isSpan(v)) return tagged('span', v.toString());
        if (Guid.isGuid(v)) return tagged('guid', v.toString());
        if (Decimal.isDecimal(v)) return tagged('decimal', v.toString());
        if (v instanceof ArrayBuffer) return tagged('bytes', bytesToBase64(new Uint8Array(v)));
        if (v instanceof Uint8Array || v instanceof Uint8ClampedArray) return tagged('bytes', bytesToBase64(v));
        if (ArrayBuffer.isView(v) && !(v instanceof DataView) || v instanceof Set) return encodeObject([...v], depth);
        if (v instanceof Map) return encodeEntries([...v].map(([key, item]) => [String(key), item]), depth);
        if (v instanceof Number || v instanceof String || v instanceof Boolean || v instanceof BigInt) return encode(v.valueOf(), depth);
        if (v instanceof RegExp) return quote(String(v));
        if (v instanceof Error) return encodeEntries([['name', String(v.name)], ['message', String(v.message)]], depth);
        if (typeof v.toJSON === 'function') return encode(v.toJSON(), depth + 1);
        return encodeEntries(Object.keys(v).map(key => [key, v[key]]), depth);
    }

    function encodeEntries(entries, depth) {
        const parts = [];
        for (const [key, item] of entries) {
            const text = encode(item, depth + 1);
            if (text !== undefined) {
                parts.push(`${quote(key.startsWith('$') ? '$' + key : key)}:${text}`);
            }
        }
        return `{${parts.join(',')}}`;
    }

    function encodeDate(date) {
        const known = S.dates.get(date);
        const ms = date.getTime();
        if (known?.ms === ms) {
            return tagged('time', known.text);
        }
        if (!(ms >= -62135596800000 && ms <= 253402300799999)) {
            throw new RangeError('A date is invalid, or outside the years 1 to 9999.');
        }
        return tagged('time', date.toISOString());
    }

    // Variables, inputs, outputs

    function ask(...parts) {
        const text = fetch(...parts.map(String));
        return text === undefined ? undefined : decode(JSON.parse(text));
    }

    function readVariable(i) {
        if (i in S.values) {
            return S.values[i];
        }
        const raw = S.state[0][i];
        const value = raw?.$ === 'lazy' ? ask('variable', shape.vars[i]) ?? null : decode(raw);
        S.values[i] = value;
        if (typeof value === 'object' && value !== null) {
            S.touched.push(i, encode(value, 0));
        }
        return value;
    }

    function writeVariable(i, value) {
        S.values[i] = value;
        S.written.add(i);
    }

    function readInput(i) {
        const raw = S.state[1][i];
        return S.inputs[i] ??= raw?.$ === 'lazy' ? ask('input', shape.inputs[i]) ?? null : decode(raw);
    }

    const getVariable = name => {
        const i = index.get(String(name));
        return i !== undefined ? readVariable(i) : S.created.has(String(name)) ? S.created.get(String(name)) : undefined;
    };
    const setVariable = (name, value) => {
        const i = index.get(String(name));
        if (i !== undefined) {
            writeVariable(i, value);
        } else {
            S.created.set(String(name), value);
        }
    };
    const getInput = name => {
        // In a workflow that is used as an activity, its inputs are variables.
        if (!shape.inputAccessors && index.has(String(name))) {
            return readVariable(index.get(String(name)));
        }
        const i = inputIndex.get(String(name).toLowerCase());
        return i === undefined ? ask('input', name) ?? null : readInput(i);
    };
    const hasVariable = name => index.has(name) || S.created.has(name);
    const variables = new Proxy({}, {
        get: (target, name) => typeof name === 'string' && hasVariable(name) ? getVariable(name) : Object.prototype[name],
        set: (target, name, value) => typeof name === 'string' && (setVariable(name, value), true),
        has: (target, name) => hasVariable(name) || name in Object.prototype,
        ownKeys: () => [...shape.vars, ...S.created.keys()],
        getOwnPropertyDescriptor: (target, name) =>
            hasVariable(name) ? { value: getVariable(name), writable: true, enumerable: true, configurable: true } : undefined,
        defineProperty: (target, name, d) => typeof name === 'string' && 'value' in d && (setVariable(name, d.value), true),
        deleteProperty: () => false,
        preventExtensions: () => false,
        setPrototypeOf: () => false,
    });

    const pascal = name => name.replace(/(?:[ _-]+|^)([a-zA-Z])/g, (m, letter) => letter.toUpperCase());
    const isPlain = name => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
    const define = (name, value) => {
        if (!Object.hasOwn(globalThis, name)) {
            Object.defineProperty(globalThis, name, { value, writable: false, enumerable: false, configurable: false });
        }
    };

    Object.entries({
        variables, getVariable, setVariable, getInput,
        getWorkflowDefinitionId: () => shape.definitionId,
        getWorkflowDefinitionVersionId: () => shape.versionId,
        getWorkflowDefinitionVersion: () => shape.version,
        getWorkflowInstanceId: () => S.state[2],
        getCorrelationId: () => S.correlationId,
        setCorrelationId: id => { S.correlationId = id === null || id === undefined ? null : String(id); },
        getWorkflowInstanceName: () => S.name,
        setWorkflowInstanceName: name => { S.name = name === null || name === undefined ? null : String(name); },
        getOutputFrom: (activity, output) => ask('output', activity, output ?? 'Result') ?? null,
        getLastResult: () => ask('last') ?? null,
        ...shape.outcomes && {
            setOutcome: outcome => { S.outcomes = [String(outcome)]; },
            setOutcomes: outcomes => { S.outcomes = Array.from(outcomes, String); },
        },
        ...globals,
    }).forEach(([name, value]) => define(name, value));
    shape.vars.filter(isPlain).forEach(name => {
        const i = index.get(name);
        define(`get${pascal(name)}`, () => readVariable(i));
        define(`set${pascal(name)}`, value => writeVariable(i, value));
    });
    if (shape.inputAccessors) {
        shape.inputs.filter(isPlain).forEach((name, i) => define(`get${pascal(name)}`, () => readInput(shape.inputs.indexOf(name))));
    }
    shape.outputs.forEach(([accessor, activity, output]) => define(accessor, () => ask('output', activity, output) ?? null));
    Object.defineProperty(globalThis, 'args', { get: () => S?.args, enumerable: false, configurable: false });

    // The walls

    function closeWalls() {
        for (const name of ['eval', 'WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics']) {
            delete globalThis[name];
        }
        const refuse = function Function() { throw new EvalError('Code cannot be made of text here.'); };
        const functions = [function () {}, function* () {}, async function () {}, async function* () {}].map(Object.getPrototypeOf);
        Object.defineProperty(refuse, 'prototype', { value: Function.prototype });
        functions.forEach(prototype => Object.defineProperty(prototype, 'constructor', { value: refuse, configurable: true }));
        globalThis.Function = refuse;
        const seen = new Set();
        const iterators = [
            [].values(), new Map().entries(), new Set().values(), ''[Symbol.iterator](), 'a'.matchAll(/a/g), [].values().map(x => x),
            Iterator.from({ next() {} }),
        ];
        const roots = [
            ...functions, ...functions.map(f => f.prototype), ...iterators.map(Object.getPrototypeOf), Object.getPrototypeOf(Uint8Array),
            ...Object.values(internals),
        ];
        roots.filter(Boolean).forEach(root => harden(root, seen));
        for (const name of Reflect.ownKeys(globalThis)) {
            const d = Object.getOwnPropertyDescriptor(globalThis, name);
            if ('value' in d && d.value !== globalThis) {
                harden(d.value, seen);
            }
            Object.defineProperty(globalThis, name, 'value' in d ? { writable: false, configurable: false } : { configurable: false });
        }
    }

    function harden(root, seen) {
        const open = [root];
        while (open.length > 0) {
            const o = open.pop();
            if (typeof o !== 'object' && typeof o !== 'function' || o === null || o === globalThis || o === variables || seen.has(o)) {
                continue;
            }
            seen.add(o);
            const isPrototype = Object.hasOwn(o, 'constructor');
            for (const key of Reflect.ownKeys(o)) {
                let d = Object.getOwnPropertyDescriptor(o, key);
                open.push(d.value);
                if (isPrototype && 'value' in d && d.configurable && OVERRIDDEN.has(key)) {
                    replaceable(o, key, d.value);
                    d = Object.getOwnPropertyDescriptor(o, key);
                }
                open.push(d.get, d.set);
            }
            open.push(Object.getPrototypeOf(o));
            Object.freeze(o);
        }
    }

    // A frozen prototype would also forbid its heirs to have members of the same names: those that scripts do give them stay possible.
    const OVERRIDDEN = new Set(['constructor', 'toString', 'valueOf', 'toLocaleString', 'toJSON', 'name', 'message', 'stack']);
    function replaceable(prototype, key, value) {
        Object.defineProperty(prototype, key, {
            get() { return value; },
            set(changed) {
                if (this === prototype || this === null || typeof this !== 'object' && typeof this !== 'function') {
                    throw new TypeError(`'${key}' of a built-in object cannot be changed.`);
                }
                Object.defineProperty(this, key, { value: changed, writable: true, enumerable: true, configurable: true });
            },
            enumerable: false, configurable: false,
        });
    }

    closeWalls();
    const ownNames = Reflect.ownKeys(globalThis).length;
    const globalPrototype = Object.getPrototypeOf(globalThis);

    // Whether the next run finds the world as this one did.
    function clean() {
        S = null;
        settled = undefined;
        let names = Reflect.ownKeys(globalThis);
        if (names.length !== ownNames) {
            for (const name of names.slice(ownNames)) {
                Reflect.deleteProperty(globalThis, name);
            }
            names = Reflect.ownKeys(globalThis);
        }
        return names.length === ownNames && Object.isExtensible(globalThis) && Object.getPrototypeOf(globalThis) === globalPrototype;
    }

    // Entry points

    function call(script, stateText) {
        const state = JSON.parse(stateText);
        S = {
            state, values: {}, inputs: {}, touched: [], written: new Set(), created: new Map(), dates: new WeakMap(), args: {},
            correlationId: state[3], name: state[4], outcomes: undefined, result: undefined, promised: false,
        };
        if (state.length > 5) {
            S.args = decode(state[5]);
        }
        const result = script();
        if (typeof result === 'object' && result !== null && typeof result.then === 'function') {
            S.promised = true;
            settled = undefined;
            const mine = S;
            Promise.resolve(result).then(
                value => { if (S === mine) settled = { value }; },
                error => { if (S === mine) settled = { error, failed: true }; });
            return undefined;
        }
        S.result = result;
        return collect();
    }

    function collect() {
        if (S.promised) {
            if (settled === undefined) {
                throw new Error('The script waits for a promise that nothing will ever settle.');
            }
            if (settled.failed) {
                throw settled.error;
            }
            S.result = settled.value;
        }
        const variable = [];
        for (let i = 0; i < S.touched.length; i += 2) {
            const at = S.touched[i];
            if (!S.written.has(at) && encode(S.values[at], 0) !== S.touched[i + 1]) {
                S.written.add(at);
            }
        }
        for (const at of S.written) {
            variable.push(`[${quote(shape.vars[at])},${encode(S.values[at], 0) ?? 'null'}]`);
        }
        for (const [name, value] of S.created) {
            variable.push(`[${quote(name)},${encode(value, 0) ?? 'null'}]`);
        }
        let text = `{"r":${encode(S.result, 0) ?? 'null'}`;
        text += variable.length ? `,"v":[${variable.join(',')}]` : '';
        text += S.correlationId !== S.state[3] ? `,"c":${encode(S.correlationId, 0)}` : '';
        text += S.name !== S.state[4] ? `,"n":${encode(S.name, 0)}` : '';
        text += S.outcomes ? `,"o":${encode(S.outcomes, 0)}}` : '}';
        return text;
    }

    function describe(error) {
        let message = 'The script threw.';
        let line;
        try {
            if (error instanceof Error) {
                message = `${error.name}: ${error.message}`;
                // Wrapped, a script begins in the second line.
                const place = /(script\.js|body\.js|<input>|<eval>):(\d+)/.exec(error.stack ?? '');
                line = place ? Math.max(1, Number(place[2]) - (place[1] === 'script.js' ? 0 : 1)) : undefined;
                if (error.name === 'InternalError' && error.message === 'out of memory') {
                    message = 'out of memory';
                }
            } else {
                message = typeof error === 'string' ? error : `The script threw ${encode(error, 0)}`;
            }
        } catch {
            // An error whose own members throw says nothing.
        }
        return JSON.stringify({ message, line });
    }

    // Runs a program whose value no function can give, such as one that ends with "if". Its real eval stays out of its reach.
    function evaluate(source) {
        const text = `{let eval,arguments,source;\n${source}\n}`;
        return () => runText(text);
    }

    return { call, collect, describe, clean, evaluate };
})
