using Dag.Tests;

namespace Dag.Workflows.Tests.Catalog;

public sealed class PostgreSqlDefinitionStoreTests(PostgreSqlServer server) : DefinitionStoreContract
{
    private protected override Task<TestDatabase> CreateAsync() => server.CreateDatabaseAsync(empty: false);
}
