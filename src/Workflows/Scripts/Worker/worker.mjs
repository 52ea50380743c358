// A child process that evaluates JavaScript in QuickJS for one NodeScriptEngine. It serves one request at a time, in a plain loop of
// blocking reads and writes: nothing else happens in this process, and no event loop stands between a request and its answer.
//
// Frame: length (u32, little endian) of what follows, kind (u8), body. Requests: Evaluate, Define, Check, Value. Answers: Done, Failed,
// Need (the context or script is not known here: define it and ask again), Fetch (the script wants a value that was not sent).
// After anything that may have left QuickJS damaged or another script's work behind, the answer says "replace me".
import fs from 'node:fs';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

console.log = console.info = console.error; // stdout belongs to the protocol.

const [modules, folder, memoryMegabytes] = process.argv.slice(2);
const REQUEST = { evaluate: 1, define: 2, check: 3, value: 4 };
const ANSWER = { ready: 0, done: 1, failed: 2, need: 3, fetch: 4 };
const MAX_CONTEXTS = 16;
const MAX_SCRIPTS = 500;
const STACK_BYTES = 512 * 1024;
const ENTRIES = ['call', 'collect', 'describe', 'clean', 'evaluate'];
const GROWN_BYTES = 256 * 1024 * 1024;

const require = createRequire(path.join(modules, 'node_modules', 'dag.cjs'));
const load = async name => {
    const module = await import(pathToFileURL(require.resolve(name)).href);
    return module.default?.default ?? module.default ?? module;
};
const { newQuickJSWASMModuleFromVariant } = await load('quickjs-emscripten-core');
const quickjs = await newQuickJSWASMModuleFromVariant(await load('@jitl/quickjs-wasmfile-release-sync'));
const sandboxSource = fs.readFileSync(path.join(folder, 'sandbox.js'), 'utf8');
const librarySource = fs.readFileSync(path.join(folder, 'library.js'), 'utf8');

let input = Buffer.allocUnsafe(64 * 1024);
let output = Buffer.allocUnsafe(64 * 1024);
const contexts = new Map();
let deadline = 0;
let interrupted = false;
let replace = false;

// Frames

function retry(call) {
    for (;;) {
        try {
            return call();
        } catch (error) {
            if (error.code !== 'EAGAIN') {
                throw error;
            }
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
        }
    }
}

function readFrame() {
    let have = 0;
    let need = 4;
    while (have < need) {
        const read = retry(() => fs.readSync(0, input, have, input.length - have));
        if (read === 0) {
            process.exit(0);
        }
        have += read;
        if (have >= 4 && need === 4) {
            need = 4 + input.readUInt32LE(0);
            if (need > input.length) {
                const larger = Buffer.allocUnsafe(need + 1024);
                input.copy(larger, 0, 0, have);
                input = larger;
            }
        }
    }
    return { kind: input[4], body: input.subarray(5, need) };
}

function writeFrame(kind, flag, text) {
    const most = 6 + text.length * 3;
    if (most > output.length) {
        output = Buffer.allocUnsafe(most + 1024);
    }
    const length = 6 + output.write(text, 6, 'utf8');
    output.writeUInt32LE(length - 4, 0);
    output[4] = kind;
    output[5] = flag ? 1 : 0;
    for (let written = 0; written < length;) {
        written += retry(() => fs.writeSync(1, output, written, length - written));
    }
}

// Contexts: one runtime each, so that promises and memory are its own.

function openContext(key, shapeText) {
    const runtime = quickjs.newRuntime();
    runtime.setMemoryLimit(Number(memoryMegabytes) * 1024 * 1024);
    runtime.setMaxStackSize(STACK_BYTES);
    runtime.setInterruptHandler(() => performance.now() > deadline && (interrupted = true));
    const vm = runtime.newContext();
    const fetch = vm.newFunction('fetch', (...parts) => {
        const text = fetchValue(parts.map(p => vm.getString(p)));
        return text === null ? vm.undefined : vm.newString(text);
    });
    const uuid = vm.newFunction('uuid', () => vm.newString(randomUUID()));
    const library = vm.unwrapResult(vm.evalCode(librarySource, 'library.js'));
    const sandbox = vm.unwrapResult(vm.evalCode(sandboxSource, 'sandbox.js'));
    const evaluator = vm.unwrapResult(vm.evalCode('(function(eval){return source=>eval(source)})', 'evaluator.js'));
    const shape = vm.newString(shapeText);
    const made = vm.unwrapResult(vm.callFunction(sandbox, vm.undefined, library, evaluator, shape, fetch, uuid));
    const context = { runtime, vm, scripts: new Map() };
    for (const name of ENTRIES) {
        context[name] = vm.getProp(made, name);
    }
    for (const handle of [fetch, uuid, library, sandbox, evaluator, shape, made]) {
        handle.dispose();
    }
    contexts.set(key, context);
    if (contexts.size > MAX_CONTEXTS) {
        closeContext(contexts.keys().next().value);
    }
    return context;
}

function closeContext(key) {
    const context = contexts.get(key);
    contexts.delete(key);
    forgetScripts(context);
    for (const name of ENTRIES) {
        context[name].dispose();
    }
    context.vm.dispose();
    context.runtime.dispose();
}

function forgetScripts(context) {
    for (const script of context.scripts.values()) {
        script.dispose();
    }
    context.scripts.clear();
}

function fetchValue(parts) {
    writeFrame(ANSWER.fetch, false, JSON.stringify(parts));
    const { kind, body } = readFrame();
    if (kind !== REQUEST.value) {
        throw new Error(`A value was expected, not a request of the kind ${kind}.`);
    }
    return body.length === 0 ? null : body.toString('utf8');
}

// Compiling. A script is a program whose value is that of its last expression statement, and may return at its top level. QuickJS knows
// programs and functions, so a script becomes a function: of one expression where it is one, else with "return" before the last
// statement where that is an expression, else a direct eval. That a part is a whole program or expression, only the parser decides.

function parses(vm, source) {
    const result = vm.evalCode(source, 'script.js', { compileOnly: true });
    (result.error ?? result.value).dispose();
    return result.error === undefined;
}

const OPENS = /^(?:\s|\/\/[^\n]*\n|\/\*[^]*?\*\/)*(?:\{|(?:async\s+)?function\b|class\b|let\s*\[)/;
const CONTINUES = /^\s*(?:in|instanceof)\b|^\s*[^\s\w$'"`!~]/;

// Two kinds of brackets, because what closes one out does not close the other.
function isExpression(vm, source, open = 'function(){') {
    return !OPENS.test(source) && source.trim() !== ''
        && parses(vm, `(${open}return(\n${source}\n)})`) && parses(vm, `(${open}return[\n${source}\n]})`);
}

// The last statement of a body, if it is an expression: where it begins. Each boundary is tried from the end; what stands before it must
// be a body by itself, what follows an expression by itself that cannot continue what stands before.
function lastExpression(vm, source, open) {
    let tries = 0;
    for (let i = source.length - 1; i > 0 && tries < 40; i--) {
        const c = source[i];
        const tail = source.slice(i + 1);
        if (c !== ';' && c !== '\n' && c !== '}' || tail.trim() === '' || c !== ';' && CONTINUES.test(tail)) {
            continue;
        }
        const line = source.slice(source.lastIndexOf('\n', i - 1) + 1, i);
        if (c !== '\n' && line.includes('//')) {
            continue;
        }
        tries++;
        if (isExpression(vm, tail, open) && parses(vm, `(${open}\n${source.slice(0, i + 1)}\n})`)) {
            return i + 1;
        }
    }
    return -1;
}

function asFunction(vm, source, open) {
    if (isExpression(vm, source, open)) {
        return `(${open}return(\n${source}\n)})`;
    }
    const at = lastExpression(vm, source, open);
    return at < 0 ? `(${open}\n${source}\n})` : `(${open}\n${source.slice(0, at)}return(${source.slice(at)}\n)})`;
}

function compile(context, source) {
    const { vm } = context;
    const bare = source.replace(/[;\s]+$/, '');
    const program = vm.evalCode(source, 'script.js', { compileOnly: true });
    let code;
    if (!program.error) {
        program.value.dispose();
        if (isExpression(vm, bare) || lastExpression(vm, bare, 'function(){') >= 0) {
            code = asFunction(vm, bare, 'function(){');
        } else {
            const text = vm.newString(source);
            const result = vm.callFunction(context.evaluate, vm.undefined, text);
            text.dispose();
            return vm.unwrapResult(result);
        }
    } else {
        // Not a program by itself: it returns or awaits at its top level. The second form keeps what would close the function out.
        const open = ['function(){', 'async function(){'].find(o => parses(vm, `(${o}\n${source}\n})`) && parses(vm, `({${o.replace('function', 'm')}\n${source}\n}})`));
        if (open === undefined) {
            return program;
        }
        program.error.dispose();
        code = asFunction(vm, bare, open);
    }
    return vm.unwrapResult(vm.evalCode(code, 'body.js'));
}

// Serving

function evaluate(body) {
    const limit = body.readUInt32LE(0);
    const keyLength = body[4];
    const idLength = body[5];
    const key = body.latin1Slice(6, 6 + keyLength);
    const id = body.latin1Slice(6 + keyLength, 6 + keyLength + idLength);
    const context = contexts.get(key);
    const script = context?.scripts.get(id);
    if (script === undefined) {
        writeFrame(ANSWER.need, false, '');
        return;
    }
    contexts.delete(key);
    contexts.set(key, context);
    const { vm, runtime } = context;
    const state = vm.newString(body.utf8Slice(6 + keyLength + idLength));
    interrupted = false;
    deadline = performance.now() + limit;
    let result = vm.callFunction(context.call, vm.undefined, script, state);
    state.dispose();
    if (!result.error && (runtime.hasPendingJob() || vm.typeof(result.value) === 'undefined')) {
        result.value.dispose();
        result = runJobs(runtime, vm) ?? vm.callFunction(context.collect, vm.undefined);
    }
    if (result.error) {
        fail(context, key, result.error, limit);
        return;
    }
    const text = vm.getString(result.value);
    result.value.dispose();
    cleanUp(context, key);
    replace ||= quickjs.getWasmMemory().buffer.byteLength > GROWN_BYTES;
    writeFrame(ANSWER.done, replace, text);
}

// What promises have queued; returns what went wrong, if anything did.
function runJobs(runtime, vm) {
    while (runtime.hasPendingJob()) {
        const jobs = runtime.executePendingJobs(1000);
        if (jobs.error) {
            return jobs;
        }
        jobs.dispose?.();
        if (performance.now() > deadline) {
            interrupted = true;
            return { error: vm.undefined };
        }
    }
    return undefined;
}

// A context that cannot be brought back to how it was is not used again.
function cleanUp(context, key) {
    const { vm, runtime } = context;
    const cleaned = vm.callFunction(context.clean, vm.undefined);
    const isClean = !cleaned.error && vm.eq(cleaned.value, vm.true);
    (cleaned.error ?? cleaned.value).dispose();
    if (!isClean || runtime.hasPendingJob()) {
        closeContext(key);
    }
}

function fail(context, key, error, limit) {
    const { vm } = context;
    const tooLarge = `The script used more than ${memoryMegabytes} MB.`;
    let text;
    if (interrupted) {
        replace = true;
        text = JSON.stringify({ message: `The script ran longer than ${limit / 1000} s.` });
    } else {
        deadline = performance.now() + 100;
        const described = vm.callFunction(context.describe, vm.undefined, error);
        text = described.error ? '"out of memory"' : vm.getString(described.value);
        (described.error ?? described.value).dispose();
        if (text.includes('"out of memory"')) {
            replace = true;
            text = JSON.stringify({ message: tooLarge });
        }
    }
    error.dispose();
    if (!replace) {
        cleanUp(context, key);
    }
    writeFrame(ANSWER.failed, replace, text);
}

function define(body) {
    const keyLength = body[0];
    const idLength = body[1];
    const key = body.latin1Slice(2, 2 + keyLength);
    const id = body.latin1Slice(2 + keyLength, 2 + keyLength + idLength);
    const { shape, source } = JSON.parse(body.utf8Slice(2 + keyLength + idLength));
    deadline = performance.now() + 10_000;
    interrupted = false;
    const context = contexts.get(key) ?? openContext(key, JSON.stringify(shape));
    const compiled = compile(context, source);
    if (compiled.error) {
        fail(context, key, compiled.error, 10_000);
        return;
    }
    if (context.scripts.size >= MAX_SCRIPTS) {
        forgetScripts(context);
    }
    context.scripts.set(id, compiled);
    writeFrame(ANSWER.done, false, '');
}

function check(body) {
    deadline = performance.now() + 10_000;
    interrupted = false;
    const context = contexts.get('') ?? openContext('', '{"vars":[],"inputs":[],"outputs":[]}');
    const compiled = compile(context, body.utf8Slice());
    if (compiled.error) {
        fail(context, '', compiled.error, 10_000);
    } else {
        compiled.dispose();
        writeFrame(ANSWER.done, false, '');
    }
}

writeFrame(ANSWER.ready, false, process.version);
for (;;) {
    const { kind, body } = readFrame();
    try {
        switch (kind) {
            case REQUEST.evaluate: evaluate(body); break;
            case REQUEST.define: define(body); break;
            case REQUEST.check: check(body); break;
            default: throw new Error(`A request of the kind ${kind} is not known.`);
        }
    } catch (error) {
        // QuickJS itself gave way (its stack, or its own trap): nothing in this process can be trusted any more.
        const message = error instanceof RangeError ? 'The script nests too deeply.' : `The script broke its interpreter: ${error.message}`;
        writeFrame(ANSWER.failed, true, JSON.stringify({ message }));
        process.exit(1);
    }
    if (replace) {
        process.exit(0);
    }
}
