using Dag.Tests;

namespace Dag.Workflows.Tests.Catalog;

public sealed class PostgreSqlWorkflowFileLedgerTests(PostgreSqlServer server) : WorkflowFileLedgerContract
{
    private protected override Task<TestDatabase> CreateAsync() => server.CreateDatabaseAsync(empty: false);
}
