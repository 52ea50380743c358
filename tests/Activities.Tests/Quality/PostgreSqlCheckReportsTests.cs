using Dag.Tests;

namespace Dag.Activities.Tests.Quality;

public sealed class PostgreSqlCheckReportsTests(PostgreSqlServer server) : CheckReportsContract
{
    private protected override Task<TestDatabase> CreateAsync() => server.CreateDatabaseAsync(empty: true);
}
