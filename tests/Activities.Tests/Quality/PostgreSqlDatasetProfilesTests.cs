using Dag.Tests;

namespace Dag.Activities.Tests.Quality;

public sealed class PostgreSqlDatasetProfilesTests(PostgreSqlServer server) : DatasetProfilesContract
{
    private protected override Task<TestDatabase> CreateAsync() => server.CreateDatabaseAsync(empty: true);
}
