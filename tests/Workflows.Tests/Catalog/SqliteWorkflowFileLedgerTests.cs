using Dag.Tests;

namespace Dag.Workflows.Tests.Catalog;

public sealed class SqliteWorkflowFileLedgerTests : WorkflowFileLedgerContract
{
    private protected override Task<TestDatabase> CreateAsync() => SqliteTestDatabase.CreateAsync(empty: false);
}
