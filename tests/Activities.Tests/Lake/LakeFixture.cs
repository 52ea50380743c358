using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Tests;
using Dag.Workflows.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Activities.Tests.Lake;

/// <summary>A lake with its database in a folder of its own.</summary>
internal sealed class LakeFixture : IAsyncDisposable
{
    private readonly TestDatabase _test;

    private LakeFixture(TestDatabase test)
    {
        _test = test;
        Database = test.Open();
        Engine = new DuckDbEngine(new DuckDbOptions { SpillFolder = Folder.File("spill") });
        Lake = Open();
    }

    public TempFolder Folder { get; } = new();

    public MetadataDatabase Database { get; }

    public DuckDbEngine Engine { get; }

    public FakeTimeProvider Clock { get; } = new();

    public DataLake Lake { get; }

    public string LakeFolder => Folder.File("lake");

    public static async Task<LakeFixture> CreateAsync(TestDatabase? test = null)
    {
        var fixture = new LakeFixture(test ?? await SqliteTestDatabase.CreateAsync(empty: true));
        await fixture.Database.MigrateAsync([DataLake.Migrations], CancellationToken.None);
        return fixture;
    }

    public DataLake Open() =>
        new(new LakeOptions { Folder = LakeFolder }, Database, Clock, NullLogger<DataLake>.Instance);

    /// <summary>A draft with one file of the numbers <paramref name="from"/> to <paramref name="to"/>.</summary>
    public DatasetDraft Draft(string dataset, string key, int from = 1, int to = 10, bool append = false)
    {
        var draft = Lake.Begin(dataset, key, "run-1");
        using var connection = Engine.Open();
        connection.Execute(
            $"COPY (SELECT range AS n FROM range({from}, {to + 1})) TO {DuckDbSql.Literal(Path.Combine(draft.Folder, "x.parquet"))} (FORMAT parquet)");
        draft.Columns = [new DatasetColumn("n", "BIGINT")];
        draft.Files = [("x.parquet", to - from + 1)];
        draft.Append = append;
        return draft;
    }

    public async Task<DatasetVersion> PublishAsync(string dataset, string key, int from = 1, int to = 10, bool append = false)
    {
        using var draft = Draft(dataset, key, from, to, append);
        return await Lake.PublishAsync(draft, CancellationToken.None);
    }

    /// <summary>A version whose rows a SELECT makes; appended as a file of its own, if wanted.</summary>
    public async Task<DatasetVersion> PublishRowsAsync(string dataset, string select, bool append = false)
    {
        using var draft = Lake.Begin(dataset, $"rows-{Guid.NewGuid():N}");
        using var connection = Engine.Open();
        DatasetRows.Write(connection, select, draft, CancellationToken.None);
        draft.Append = append;
        return await Lake.PublishAsync(draft, CancellationToken.None);
    }

    public object? Query(string select, DatasetVersion version)
    {
        using var connection = Engine.Open();
        return connection.Scalar($"SELECT {select} FROM {Lake.RelationOf(version)}");
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        Folder.Dispose();
    }
}
