using Dag.Tests;
namespace Dag.Workflows.Tests.Storage;

public sealed class SqliteBlobStoreTests : BlobStoreContract
{
    private protected override Task<TestDatabase> CreateAsync() => SqliteTestDatabase.CreateAsync(empty: false);
}
