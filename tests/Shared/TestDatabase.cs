using Dag.Workflows.Storage;

namespace Dag.Tests;

/// <summary>A database of one test. Each opening is another node on the same data.</summary>
public abstract class TestDatabase : IAsyncDisposable
{
    private readonly List<MetadataDatabase> _opened = [];

    public static IReadOnlyList<MigrationSource> Sources { get; } = [new MigrationSource("workflows", typeof(MetadataDatabase).Assembly)];

    public MetadataDatabase Open()
    {
        var database = OpenNew();
        _opened.Add(database);
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _opened)
        {
            await database.DisposeAsync();
        }

        await DeleteAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract MetadataDatabase OpenNew();

    protected abstract Task DeleteAsync();
}
