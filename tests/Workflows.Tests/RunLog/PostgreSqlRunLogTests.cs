using Dag.Tests;

namespace Dag.Workflows.Tests.RunLog;

public sealed class PostgreSqlRunLogTests(PostgreSqlServer server) : RunLogContract
{
    private protected override Task<TestDatabase> CreateAsync() => server.CreateDatabaseAsync(empty: false);
}
