using Dag.Tests;

namespace Dag.Activities.Tests.Models;

public sealed class SqliteModelRegistryTests : ModelRegistryContract
{
    private protected override Task<TestDatabase> CreateAsync() => SqliteTestDatabase.CreateAsync(empty: true);
}
