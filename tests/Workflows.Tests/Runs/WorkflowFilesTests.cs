using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;

namespace Dag.Workflows.Tests.Runs;

/// <summary>The workflows of tests/workflows: each ends as the file beside it says, or is refused with the faults that it lists.</summary>
public sealed class WorkflowFilesTests
{
    public static TheoryData<string> Valid() => [.. WorkflowFiles.In("valid")];

    public static TheoryData<string> Invalid() => [.. WorkflowFiles.In("invalid")];

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task Ends_as_expected(string file)
    {
        var run = await InMemoryRun.RunAsync(WorkflowFiles.Read(file));
        Assert.Equal(WorkflowFiles.ExpectedOf(file), RunText.WithNames(run));
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Is_refused_with_the_expected_faults(string file) =>
        Assert.Equal(WorkflowFiles.ExpectedOf(file), string.Join('\n', FaultsOf(WorkflowFiles.Bytes(file)).Select(f => $"{f.Place}: {f.Message}")));

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task Written_and_read_again_it_is_the_same(string file)
    {
        var definition = DefinitionReader.Read(WorkflowFiles.Bytes(file));
        var written = DefinitionWriter.Write(definition);
        Assert.Equal(written, DefinitionWriter.Write(DefinitionReader.Read(written)));
        Assert.Equal(WorkflowFiles.ExpectedOf(file), RunText.WithNames(await InMemoryRun.RunAsync(written)));
    }

    private static IReadOnlyList<DefinitionFault> FaultsOf(byte[] bytes)
    {
        try
        {
            return GraphCompiler.Validate(DefinitionReader.Read(bytes), InMemoryRun.Catalog);
        }
        catch (DefinitionException e)
        {
            return e.Faults;
        }
    }
}
