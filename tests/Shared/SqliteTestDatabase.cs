using Dag.Workflows.Storage;

namespace Dag.Tests;

/// <summary>A SQLite file in a folder of its own.</summary>
public sealed class SqliteTestDatabase : TestDatabase
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("dag-test-").FullName;

    public string FilePath => Path.Combine(Folder, "metadata.db");

    public static async Task<TestDatabase> CreateAsync(bool empty)
    {
        var database = new SqliteTestDatabase();
        if (!empty)
            await database.Open().MigrateAsync(Sources, TestContext.Current.CancellationToken);
        return database;
    }

    protected override MetadataDatabase OpenNew() => new SqliteDatabase(FilePath);

    protected override Task DeleteAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }
}
