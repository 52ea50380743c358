using Dag.Workflows.Scripts;
using Dag.Workflows.Values;

namespace Dag.Workflows.Tests.Scripts;

public sealed class ScriptValueTests
{
    [Theory]
    [InlineData("1 + 1", "Int32 2")]
    [InlineData("return 1 + 1", "Int32 2")]
    [InlineData("3e9", "Int64 3000000000")]
    [InlineData("0.1 + 0.2", "Double 0.30000000000000004")]
    [InlineData("2 ** 60", "Double 1.152921504606847E+18")]
    [InlineData("2n ** 62n", "Int64 4611686018427387904")]
    [InlineData("10n ** 20n", "Decimal 100000000000000000000")]
    [InlineData("NaN", "Double NaN")]
    [InlineData("'a' + `b`", "String ab")]
    [InlineData("true && false", "Boolean False")]
    [InlineData("null ?? undefined", "null")]
    [InlineData("({ a: 1, $b: [1, undefined], f() {} })", "Dictionary`2 {\"a\":1,\"$b\":[1,null]}")]
    [InlineData("new Map([['k', new Set([1, 2])]])", "Dictionary`2 {\"k\":[1,2]}")]
    [InlineData("new Date(0)", "DateTimeOffset 1970-01-01T00:00:00.0000000+00:00")]
    [InlineData("TimeSpan.FromMinutes(90)", "TimeSpan 01:30:00")]
    [InlineData("parseGuid('{0F8FAD5B-D9CB-469F-A165-70867728950E}')", "Guid 0f8fad5b-d9cb-469f-a165-70867728950e")]
    [InlineData("bytesFromString('é€')", "Byte[] w6nigqw=")]
    [InlineData("Promise.resolve(5).then(x => x * 2)", "Int32 10")]
    [InlineData("await Promise.resolve(6)", "Int32 6")]
    [InlineData("const x = await Promise.resolve(6); return x + 1", "Int32 7")]
    [InlineData("let a = 1;\nlet b = 2;\na + b", "Int32 3")]
    [InlineData("if (1 > 2) { 'yes' } else { 'no' }", "String no")]
    [InlineData("if (1 > 2) return 'early'; 'late'", "String late")]
    [InlineData("let s = 0; for (const n of [1, 2, 3]) { s += n }\ns // the sum; really", "Int32 6")]
    [InlineData("x = 5; x", "Int32 5")]
    [InlineData("var f = function () { return 1 }\nf()", "Int32 1")]
    [InlineData("'a; b'", "String a; b")]
    [InlineData("", "null")]
    [InlineData("const { a, ...rest } = { a: 1, b: 2 }; rest?.b ?? 0", "Int32 2")]
    public async Task A_script_has_the_value_of_its_last_statement_or_of_return(string source, string expected)
    {
        var value = await ScriptFlow.EvaluateAsync(source);
        Assert.Equal(expected, value is null ? "null" : $"{value.GetType().Name} {ValueConverter.ToText(value)}");
    }

    public static TheoryData<object> Values() =>
    [
        7, 5_000_000_000L, long.MaxValue, 2.5, 3.0, 79228162514264337593543950335m, 0.1234567890123456789m, "text \ud83d\ude00 \"quoted\"", true,
        Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"), TimeSpan.FromTicks(-12345678901234), new byte[] { 0, 255, 128 },
        new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(2)).AddTicks(1234567),
    ];

    [Theory]
    [MemberData(nameof(Values))]
    public async Task A_value_that_a_script_passes_on_stays_what_it_was(object value)
    {
        var result = await ScriptFlow.EvaluateAsync("getCustomer()", input: new Dictionary<string, object?> { ["Customer"] = value });
        if (value is double whole && Math.Floor(whole) == whole)
        {
            Assert.Equal((int)whole, result);
            return;
        }

        Assert.Equal(value, result);
    }

    [Theory]
    [InlineData("foo.bar", "Failed to evaluate activity input 'OutputValue': ReferenceError: 'foo' is not defined (line 1)")]
    [InlineData("\n\nfoo.bar", "Failed to evaluate activity input 'OutputValue': ReferenceError: 'foo' is not defined (line 3)")]
    [InlineData("throw new Error('no stock')", "Failed to evaluate activity input 'OutputValue': Error: no stock (line 1)")]
    [InlineData("throw 'plainly'", "Failed to evaluate activity input 'OutputValue': plainly")]
    [InlineData("Promise.reject(new Error('later'))", "Failed to evaluate activity input 'OutputValue': Error: later (line 1)")]
    [InlineData("const o = {}; o.o = o; o", "Failed to evaluate activity input 'OutputValue': RangeError: A value is nested deeper than 50 levels, or holds itself.")]
    public async Task A_script_that_fails_says_why_and_where(string source, string message)
    {
        var e = await Assert.ThrowsAsync<ScriptException>(() => ScriptFlow.EvaluateAsync(source));
        Assert.Equal(message, e.Message);
    }
}
