using System.Text.Json;
using Dag.Host.Cli;
using Dag.Workflows.Flowcharts;

namespace Dag.Host.Tests.Cli;

/// <summary>The workflows that the real Elsa engine ran, through <c>dag run --json --skip-timers</c>.</summary>
public sealed class OracleRunTests
{
    public static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "workflows", "oracle");

    public static TheoryData<string, string, string> Cases()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (var cells in File.ReadLines(Path.Combine(Folder, "INDEX.tsv")).Skip(1).Select(l => l.Split('\t')))
        {
            cases.Add(cells[0], "counter", cells[1].Split(" bursts=")[0]);
            cases.Add(cells[0], "token", cells[2].Split(" bursts=")[0]);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Ends_as_in_Elsa(string file, string mode, string expected)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var request = new RunRequest
        {
            Files = [Path.Combine(Folder, file)],
            Inputs = new Dictionary<string, string>(),
            Events = [("Ev", null)],
            Json = true,
            SkipTimers = true,
            Mode = mode == "token" ? FlowchartMode.Token : FlowchartMode.Counter,
        };

        var exit = await RunVerb.RunAsync(request, output, errors, TestContext.Current.CancellationToken);

        Assert.Equal(expected, Describe(output.ToString()));
        Assert.Equal(expected.Split(' ')[0] switch { "Finished/Finished" => 0, "Running/Suspended" => 3, _ => 1 }, exit);
    }

    /// <summary>A run as INDEX.tsv describes it.</summary>
    public static string Describe(string json)
    {
        using var document = JsonDocument.Parse(json);
        var run = document.RootElement;
        var text = $"{run.GetProperty("status")}/{run.GetProperty("subStatus")} lines=[{string.Join("; ", run.GetProperty("lines").EnumerateArray())}]";
        if (run.GetProperty("incidents").EnumerateArray().Select(i => $"{i.GetProperty("activityId")}: {i.GetProperty("message")}").ToArray() is { Length: > 0 } incidents)
        {
            text += $" incidents=[{string.Join(" | ", incidents)}]";
        }

        var output = run.GetProperty("output");
        return output.EnumerateObject().Any() ? text + $" output={JsonSerializer.Serialize(output)}" : text;
    }
}
