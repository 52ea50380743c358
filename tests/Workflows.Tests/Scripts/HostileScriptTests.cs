using Dag.Workflows.Scripts;

namespace Dag.Workflows.Tests.Scripts;

/// <summary>What a script may cost: its own child at the most, never another run's data, never the service.</summary>
public sealed class HostileScriptTests(HostileScriptTests.Children children) : IClassFixture<HostileScriptTests.Children>
{
    [Theory]
    [InlineData("for (;;) {}", "longer than")]
    [InlineData("/^(a+)+$/.test('a'.repeat(40) + '!')", "longer than")]
    [InlineData("new Array(1e9).join('x')", "")]
    [InlineData("let s = 'x'; while (true) s += s;", "")]
    [InlineData("const q = []; while (true) q.push(new Array(1000).fill(1))", "")]
    [InlineData("new Uint8Array(2 ** 30)", "more than 64 MB")]
    [InlineData("(function f() { f() })()", "stack overflow")]
    [InlineData("JSON.parse('['.repeat(1e5))", "")]
    [InlineData("Promise.all(Array.from({ length: 10000 }, () => new Promise(() => {})))", "nothing will ever settle")]
    [InlineData("(function f() { Promise.resolve().then(f) })(); 1", "longer than")]
    [InlineData("({ get a() { for (;;) {} } })", "longer than")]
    [InlineData("throw new Proxy(new Error('x'), { get() { throw 5 } })", "threw")]
    [InlineData("process.exit()", "'process' is not defined")]
    [InlineData("require('fs')", "'require' is not defined")]
    [InlineData("import('node:fs')", "could not load module")]
    [InlineData("fetch('http://127.0.0.1')", "'fetch' is not defined")]
    [InlineData("eval('1')", "'eval' is not defined")]
    [InlineData("({}).constructor.constructor('return this')()", "Code cannot be made of text")]
    public async Task It_fails_and_the_next_script_works(string source, string message)
    {
        var e = await Assert.ThrowsAsync<ScriptException>(() => ScriptFlow.EvaluateAsync(source, engine: children.Engine));
        Assert.Contains(message, e.Message);
        Assert.Equal(2, await ScriptFlow.EvaluateAsync("1 + 1", engine: children.Engine));
    }

    [Theory]
    [InlineData("leak = 1; globalThis.leak2 = 2")]
    [InlineData("Object.prototype.leak = 1; Array.prototype.leak = 1; Function.prototype.leak = 1")]
    [InlineData("Object.getPrototypeOf(function* () {}).leak = 1; Object.getPrototypeOf([].values()).leak = 1")]
    [InlineData("getVariable.leak = 1; variables.constructor.leak = 1; toJson.leak = 1; TimeSpan.prototype.leak = 1")]
    [InlineData("Object.getOwnPropertyDescriptor(Object.prototype, 'toString').get.leak = 1")]
    [InlineData("Object.defineProperty(globalThis, 'leak', { value: 1 })")]
    [InlineData("Object.setPrototypeOf(globalThis, { leak: 1 })")]
    [InlineData("Object.preventExtensions(globalThis)")]
    [InlineData("JSON.parse = () => ({ leak: 1 }); getVariable = () => 1; Math.max = null")]
    [InlineData("let kept = { leak: 1 }; Promise.resolve().then(() => kept)")]
    public async Task What_a_script_leaves_behind_no_other_script_sees(string source)
    {
        const string Probe = """
            const seen = [typeof leak, typeof leak2, ({}).leak, [].leak, (() => 1).leak, (function* () {})().leak, [].values().leak, getVariable.leak,
                toJson.leak, TimeSpan.Zero.leak, Object.leak, Object.getOwnPropertyDescriptor(Object.prototype, 'toString').get.leak, typeof kept,
                JSON.parse('{}').leak, Math.max(1, 2), Object.isExtensible(globalThis)];
            seen.join()
            """;
        var before = await ScriptFlow.EvaluateAsync(Probe, engine: children.Engine);
        try
        {
            await ScriptFlow.EvaluateAsync(source, engine: children.Engine);
        }
        catch (ScriptException)
        {
            // A refusal is as good.
        }

        Assert.Equal(before, await ScriptFlow.EvaluateAsync(Probe, engine: children.Engine));
        Assert.Equal("undefined,undefined,,,,,,,,,,,undefined,,2,true", before);
    }

    /// <summary>One child with short limits.</summary>
    public sealed class Children : IDisposable
    {
        internal NodeScriptEngine Engine { get; } = new(
            new ScriptOptions { Children = 1, TimeLimit = TimeSpan.FromSeconds(1), KillGrace = TimeSpan.FromSeconds(1) }, TimeProvider.System);

        public void Dispose() => Engine.Dispose();
    }
}
