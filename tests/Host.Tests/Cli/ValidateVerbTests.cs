using System.Text.Json;
using Dag.Host.Cli;
using Dag.Host.Hosting;

namespace Dag.Host.Tests.Cli;

public sealed class ValidateVerbTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_fault_of_every_file_is_a_line_with_file_node_and_fix()
    {
        _folder.Write("a.json", FlowJson.Sequence("a", """{ "id": "x", "type": "Acme.Nope" }""", """{ "id": "y", "type": "Acme.Nada" }"""));
        _folder.Write("b.json", """{ "root": """);
        _folder.Write("c.json", FlowJson.Sequence("c", FlowJson.WriteLine("w", "fine")));

        var (exit, output) = await ValidateAsync(json: false, _folder.Path);

        Assert.Equal(2, exit);
        var lines = output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Collection(
            lines,
            l => Assert.StartsWith(Path.Combine(_folder.Path, "a.json") + ": Workflow1:seq:x: The activity type 'Acme.Nope' is not known.", l, StringComparison.Ordinal),
            l => Assert.Contains("Workflow1:seq:y: The activity type 'Acme.Nada' is not known. Known types:", l, StringComparison.Ordinal),
            l => Assert.StartsWith(Path.Combine(_folder.Path, "b.json") + ": line 1,", l, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_value_outside_of_what_its_input_allows_is_named_with_what_it_means()
    {
        var file = _folder.Write("a.json", FlowJson.Sequence(
            "a",
            """{ "id": "t", "type": "Dag.ProfileDataset", "dataset": { "expression": { "type": "Literal", "value": "d" } }, "bins": { "expression": { "type": "Literal", "value": 100000000000 } }, "topValues": { "expression": { "type": "Literal", "value": "0" } } }""",
            """{ "id": "n", "type": "Dag.Notify", "message": { "expression": { "type": "Literal", "value": "x" } }, "timeout": { "expression": { "type": "Literal", "value": "01:00:00" } }, "retries": { "expression": { "type": "Variable", "value": { "id": "v" } } } }"""));

        var (exit, output) = await ValidateAsync(json: false, file);

        Assert.Equal(2, exit);
        var lines = output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Collection(
            lines,
            l => Assert.Contains("seq:t: Input 'Bins'", l, StringComparison.Ordinal),
            l => Assert.Contains("seq:t: The field TopValues must be between 1 and 1000. Correct it: How many of the most frequent values", l, StringComparison.Ordinal),
            l => Assert.Contains("seq:n: The field Timeout must be between 00:00:00.1", l, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Workflows_used_as_activities_are_looked_for_among_the_files()
    {
        var main = _folder.Write("main.json", FlowJson.Sequence("main", """{ "id": "p", "type": "Part" }"""));
        var part = _folder.Write("part.json", FlowJson.Of("Part", "\"options\": { \"usableAsActivity\": true }", FlowJson.WriteLine("w", "fine")));
        Assert.Equal((0, ""), await ValidateAsync(json: false, main, part));
        var (exit, output) = await ValidateAsync(json: false, main);
        Assert.Equal(2, exit);
        Assert.Contains("'Part' is not known", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_valid_workflow_prints_nothing_and_ends_with_0()
    {
        var file = _folder.Write("c.json", FlowJson.Sequence("c", FlowJson.WriteLine("w", "fine")));
        Assert.Equal((0, ""), await ValidateAsync(json: false, file));
    }

    [Fact]
    public async Task Patterns_name_files_and_json_gives_the_faults_as_an_array()
    {
        _folder.Write("a.json", FlowJson.Sequence("a", """{ "id": "x", "type": "Acme.Nope" }"""));
        _folder.Write("b.json", "[]");

        var (exit, output) = await ValidateAsync(json: true, Path.Combine(_folder.Path, "a*.json"));

        Assert.Equal(2, exit);
        using var faults = JsonDocument.Parse(output);
        var fault = Assert.Single(faults.RootElement.EnumerateArray());
        Assert.Equal(["file", "node", "message", "fix"], fault.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task A_missing_file_is_a_fault_beside_the_others_and_a_pattern_without_files_is_wrong_usage()
    {
        var bad = _folder.Write("b.json", "[]");
        var (exit, output) = await ValidateAsync(json: false, "/nowhere/x.json", bad);
        Assert.Equal(2, exit);
        Assert.Contains("/nowhere/x.json", output, StringComparison.Ordinal);
        Assert.Contains("b.json", output, StringComparison.Ordinal);

        await Assert.ThrowsAsync<UsageException>(() => ValidateAsync(json: false, Path.Combine(_folder.Path, "*.yaml")));
    }

    private static async Task<(int Exit, string Output)> ValidateAsync(bool json, params string[] patterns)
    {
        using var output = new StringWriter();
        return (await ValidateVerb.ValidateAsync(patterns, json, output, TestContext.Current.CancellationToken), output.ToString());
    }
}
