using Dag.Tests;
using Dag.Workflows.Catalog;
using Dag.Workflows.RunLog;
using Dag.Workflows.Storage;
using Dag.Workflows.Tests.RunLog;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Workflows.Tests.Storage;

public sealed class StorageRegistrationTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_connection_string_metadata_is_a_file_in_the_data_folder()
    {
        await using var test = new SqliteTestDatabase();
        var folder = Path.Combine(test.Folder, "new", "data");
        await UseAsync(new StorageOptions { DataFolder = folder }, SqlDialect.Sqlite);
        Assert.True(File.Exists(Path.Combine(folder, "metadata.db")));
    }

    [Fact]
    public async Task With_a_connection_string_metadata_is_on_postgresql()
    {
        await using var test = (PostgreSqlTestDatabase)await server.CreateDatabaseAsync(empty: true);
        await using var folder = new SqliteTestDatabase();
        await UseAsync(new StorageOptions { ConnectionString = test.Connection, DataFolder = folder.Folder }, SqlDialect.PostgreSql);
        Assert.Empty(Directory.GetFiles(folder.Folder));
    }

    // As at the start of the service: the registered migrations bring the schema, and the stores work right after.
    private static async Task UseAsync(StorageOptions options, SqlDialect expected)
    {
        await using var provider = new ServiceCollection().AddDagStorage(options).BuildServiceProvider();
        var database = provider.GetRequiredService<MetadataDatabase>();
        await database.MigrateAsync([.. provider.GetServices<MigrationSource>()], Token);

        Assert.Equal(expected, database.Dialect);
        Assert.Equal(AppendOutcome.Appended, await provider.GetRequiredService<IRunLog>().AppendAsync(RunLogSamples.First("r1"), Token));
        Assert.Null(await provider.GetRequiredService<IBlobStore>().GetAsync("none", Token));
        Assert.Empty(await provider.GetRequiredService<IDefinitionStore>().ListPublishedAsync(Token));
    }
}
