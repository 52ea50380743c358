using Dag.Workflows.Flowcharts;
using Dag.Workflows.Tests.Runs;

namespace Dag.Workflows.Tests.Oracle;

/// <summary>
/// Workflows that the real Elsa engine ran, and what it did with them in each mode. INDEX.tsv holds its results.
/// </summary>
public sealed class OracleTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "workflows", "oracle");

    public static TheoryData<string, FlowchartMode, string> Cases()
    {
        var cases = new TheoryData<string, FlowchartMode, string>();
        foreach (var line in File.ReadLines(Path.Combine(Folder, "INDEX.tsv")).Skip(1))
        {
            var cells = line.Split('\t');
            cases.Add(cells[0], FlowchartMode.Counter, cells[1]);
            cases.Add(cells[0], FlowchartMode.Token, cells[2]);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Ends_as_in_Elsa(string file, FlowchartMode mode, string expected)
    {
        var run = await InMemoryRun.RunAsync(await File.ReadAllTextAsync(Path.Combine(Folder, file), TestContext.Current.CancellationToken), mode: mode);
        Assert.Equal(expected, RunText.Of(run));
    }
}
