using Dag.Tests;

namespace Dag.Workflows.Tests.Catalog;

public sealed class SqliteDefinitionStoreTests : DefinitionStoreContract
{
    private protected override Task<TestDatabase> CreateAsync() => SqliteTestDatabase.CreateAsync(empty: false);
}
