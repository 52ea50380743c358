using Dag.Tests;

namespace Dag.Workflows.Tests.RunLog;

public sealed class SqliteRunLogTests : RunLogContract
{
    private protected override Task<TestDatabase> CreateAsync() => SqliteTestDatabase.CreateAsync(empty: false);
}
