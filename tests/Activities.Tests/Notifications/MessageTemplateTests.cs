using System.Text.Json;
using Dag.Activities.Notifications;
using Dag.Workflows.Activities;

namespace Dag.Activities.Tests.Notifications;

public class MessageTemplateTests
{
    private const string Names = """
        {"rows": 20000, "share": 0.125, "ok": true, "nothing": null, "metrics": {"rmse": 12.3456, "name": "a < b & c"}, "list": [1, "two"]}
        """;

    [Theory]
    [InlineData("{{rows}} rows", "20000 rows")]
    [InlineData("{{metrics.rmse}} {{Metrics.RMSE}}", "12.3456 12.3456")]
    [InlineData("{{metrics.name}}", "a < b & c")]
    [InlineData("[{{nothing}}]", "[]")]
    [InlineData("{{format rows \"N0\"}}, {{format metrics.rmse \"0.00\"}}, {{format share \"P1\"}}", "20,000, 12.35, 12.5 %")]
    [InlineData("{{#each list}}{{this}};{{/each}}", "1;two;")]
    [InlineData("{{#if ok}}good{{else}}bad{{/if}}", "good")]
    [InlineData("{{json list}}", "[1,\"two\"]")]
    [InlineData("no placeholder", "no placeholder")]
    public void Placeholders_are_filled_without_escaping(string template, string expected) =>
        Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{rowz}}", "rowz")]
    [InlineData("{{metrics.mae}}", "mae")]
    [InlineData("{{rows", "closed")]
    [InlineData("{{#each list}}", "each")]
    [InlineData("{{> partial}}", "partial")]
    [InlineData("{{format rows}}", "format needs a value")]
    public void What_cannot_be_filled_is_named_with_what_is_there(string template, string named)
    {
        var fault = Assert.Throws<ActivityException>(() => Render(template));

        Assert.Contains(named, fault.Message);
        Assert.EndsWith("It can name: list, metrics, nothing, ok, rows, share.", fault.Message);
        Assert.False(fault.Retryable);
    }

    [Fact]
    public void Values_but_not_the_template_are_encoded_for_the_channel() =>
        Assert.Equal("<b>A < B & C", Render("<b>{{metrics.name}}", value => value.ToUpperInvariant()));

    private static string Render(string template, Func<string, string>? encode = null) =>
        new MessageTemplate(JsonDocument.Parse(Names).RootElement, encode ?? (value => value)).Render(template);
}
