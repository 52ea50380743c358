using Dag.Tests;
namespace Dag.Workflows.Tests.Storage;

public sealed class PostgreSqlBlobStoreTests(PostgreSqlServer server) : BlobStoreContract
{
    private protected override Task<TestDatabase> CreateAsync() => server.CreateDatabaseAsync(empty: false);
}
