using Dag.Tests;

namespace Dag.Activities.Tests.Lake;

public sealed class PostgreSqlDataLakeTests(PostgreSqlServer server) : DataLakeContract
{
    private protected override Task<TestDatabase> CreateAsync() => server.CreateDatabaseAsync(empty: true);
}
