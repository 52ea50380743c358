using Dag.Tests;
using Dag.Workflows.Catalog;

namespace Dag.Workflows.Tests.Catalog;

/// <summary>What the ledger of imported files promises on every database.</summary>
public abstract class WorkflowFileLedgerContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_last_import_of_a_workflow_is_remembered_until_its_file_has_gone()
    {
        await using var test = await CreateAsync();
        var ledger = new WorkflowFileLedger(test.Open());
        Assert.Empty(await ledger.ListAsync(Token));

        var file = new ImportedFile { DefinitionId = "ü", Path = "team/ü.json", ContentHash = "aa", VersionId = "ü-v1" };
        await ledger.SaveAsync(file with { ContentHash = "00" }, Token);
        await ledger.SaveAsync(file, Token);
        await ledger.SaveAsync(file with { DefinitionId = "other" }, Token);
        await ledger.RemoveAsync("other", Token);
        await ledger.RemoveAsync("never there", Token);
        Assert.Equal(file, Assert.Single(await ledger.ListAsync(Token)).Value);
    }

    private protected abstract Task<TestDatabase> CreateAsync();
}
