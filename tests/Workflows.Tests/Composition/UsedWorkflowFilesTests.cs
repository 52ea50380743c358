using Dag.Workflows.Graph;
using Dag.Workflows.Tests.Runs;

namespace Dag.Workflows.Tests.Composition;

/// <summary>
/// Workflows that use others as activities: each folder of tests/workflows/valid/composition holds main.json, the others, and how the
/// run ends.
/// </summary>
public sealed class UsedWorkflowFilesTests
{
    private static readonly string Folder = Path.Combine(WorkflowFiles.Folder, "valid", "composition");

    public static TheoryData<string> Cases() => [.. Directory.EnumerateDirectories(Folder).Select(d => Path.GetFileName(d)).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Ends_as_expected(string name)
    {
        var run = await InMemoryRun.RunAsync(await CompileAsync(name));
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Folder, name, "expected.txt"), TestContext.Current.CancellationToken), RunText.WithNames(run) + "\n");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Whenever_it_is_interrupted_it_goes_on_the_same_way(string name)
    {
        var graph = await CompileAsync(name);
        await ReplayCheck.CheckStatesAsync(graph);
        await ReplayCheck.CheckInterruptionsAsync(graph);
        await ReplayCheck.CheckSnapshotsAsync(graph);
    }

    private static Task<WorkflowGraph> CompileAsync(string name)
    {
        var main = Path.Combine(Folder, name, "main.json");
        var others = Directory.EnumerateFiles(Path.Combine(Folder, name), "*.json").Where(f => f != main).Order(StringComparer.Ordinal);
        return InMemoryRun.CompileAsync(File.ReadAllText(main), others.Select(File.ReadAllText));
    }
}
