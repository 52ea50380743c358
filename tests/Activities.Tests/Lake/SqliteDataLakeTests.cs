using Dag.Tests;

namespace Dag.Activities.Tests.Lake;

public sealed class SqliteDataLakeTests : DataLakeContract
{
    private protected override Task<TestDatabase> CreateAsync() => SqliteTestDatabase.CreateAsync(empty: true);
}
