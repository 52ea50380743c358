using Dag.Tests;

namespace Dag.Activities.Tests.Quality;

public sealed class SqliteDatasetProfilesTests : DatasetProfilesContract
{
    private protected override Task<TestDatabase> CreateAsync() => SqliteTestDatabase.CreateAsync(empty: true);
}
