using Dag.Tests;

namespace Dag.Activities.Tests.Quality;

public sealed class SqliteCheckReportsTests : CheckReportsContract
{
    private protected override Task<TestDatabase> CreateAsync() => SqliteTestDatabase.CreateAsync(empty: true);
}
