using Dag.Tests;

namespace Dag.Activities.Tests.Models;

public sealed class PostgreSqlModelRegistryTests(PostgreSqlServer server) : ModelRegistryContract
{
    private protected override Task<TestDatabase> CreateAsync() => server.CreateDatabaseAsync(empty: true);
}
