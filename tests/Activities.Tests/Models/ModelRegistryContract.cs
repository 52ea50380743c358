using Dag.Activities.Lake;
using Dag.Activities.Models;
using Dag.Tests;
using Dag.Workflows.Activities;
using Dag.Workflows.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Activities.Tests.Models;

/// <summary>What the registry promises on every metadata database.</summary>
public abstract class ModelRegistryContract : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private TestDatabase _test = null!;
    private MetadataDatabase _database = null!;
    private ModelRegistry _registry = null!;

    public async ValueTask InitializeAsync()
    {
        _test = await CreateAsync();
        _database = _test.Open();
        await _database.MigrateAsync([ModelRegistry.Migrations], None);
        _registry = Open(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_published_version_is_found_and_loaded_as_it_was()
    {
        var published = await PublishAsync("delay", "key-1");
        var found = await Open(_test.Open()).GetAsync(new ModelReference("delay"), None);

        Assert.Equal((1, "dummy", "key-1", _clock.GetUtcNow()), (found.Version, found.Algorithm, found.IdempotencyKey, found.CreatedAt));
        Assert.Equal(published.Metrics["test"], found.Metrics["test"]);
        Assert.Equal(["x", "color=red", "color=(missing)"], found.Encoding.FeatureNames(filled: false));
        Assert.Equal(new DatasetReference("flights", 3), found.Dataset);
        var model = await _registry.LoadAsync(found, None);
        var table = new ModelTable([ModelColumn.OfNumbers("x", [1]), ModelColumn.OfTexts("color", ["red"])]);
        Assert.Equal(4.5, Assert.Single(model.Predict(table, [0])));
        Assert.Equal(File.ReadAllBytes(Path.Combine(_registry.FolderOf(found), "model.json")), model.Trained.ToFile());
    }

    [Fact]
    public async Task Publishing_twice_under_one_key_publishes_once()
    {
        await PublishAsync("delay", "key-1");
        var again = await PublishAsync("delay", "key-1");
        var other = await PublishAsync("delay", "key-2");

        Assert.Equal((1, 2), (again.Version, other.Version));
        Assert.Equal(["1", "2"], Folders("delay"));
        Assert.Equal(1, (await _registry.FindByKeyAsync("delay", "key-1", None))!.Version);
        var summary = Assert.Single(await _registry.ListAsync(None));
        Assert.Equal(("delay", 2, 2, 0), (summary.Model, summary.LatestVersion, summary.Versions, summary.Aliases.Count));
    }

    [Fact]
    public async Task Publishers_at_once_under_different_keys_all_publish()
    {
        var published = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => PublishAsync("delay", $"key-{i}"))));

        Assert.Equal(8, published.Select(v => v.Version).Distinct().Count());
        Assert.Equal(8, (await _registry.ListVersionsAsync("delay", 100, None)).Count);
        Assert.Equal(8, Folders("delay").Count);
        Assert.Empty(Folders(".staging"));
    }

    [Fact]
    public async Task Publishers_at_once_under_one_key_publish_once()
    {
        var published = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PublishAsync("delay", "same"))));

        Assert.Single(published.Select(v => v.Version).Distinct());
        Assert.Single(await _registry.ListVersionsAsync("delay", 100, None));
        Assert.Equal([$"{published[0].Version}"], Folders("delay"));
    }

    [Fact]
    public async Task A_folder_that_a_dead_publisher_left_is_not_used_and_its_number_neither()
    {
        Directory.CreateDirectory(_folder.File("models/delay/4"));

        Assert.Equal(5, (await PublishAsync("delay", "key-1")).Version);
        Assert.Equal(5, (await _registry.GetAsync(new ModelReference("delay"), None)).Version);
    }

    [Fact]
    public async Task Versions_go_on_counting_when_the_folder_was_lost()
    {
        await PublishAsync("delay", "key-1");
        Directory.Delete(_folder.File("models"), recursive: true);

        Assert.Equal(2, (await PublishAsync("delay", "key-2")).Version);
    }

    [Fact]
    public async Task An_alias_moves_once_under_a_key_and_keeps_its_history()
    {
        await PublishAsync("delay", "key-1");
        await PublishAsync("delay", "key-2");
        await _registry.MoveAliasAsync(Move(null, 1, "move-1"), None);
        await _registry.MoveAliasAsync(Move(1, 2, "move-2"), None);
        var again = await _registry.MoveAliasAsync(Move(null, 1, "move-1"), None);

        Assert.Equal((null, 1), (again!.VersionBefore, again.Version));
        Assert.Equal(2, (await _registry.GetAsync(new ModelReference("delay", Alias: "champion"), None)).Version);
        Assert.Equal([2, 1], (await _registry.ListMovesAsync("delay", "champion", 10, None)).Select(m => m.Version));
        Assert.Equal(1, (await _registry.ListMovesAsync("delay", "champion", 1, None)).Single().VersionBefore);
        Assert.Equal(1, (await _registry.FindMoveAsync("delay", "champion", "move-1", None))!.Version);
        Assert.Equal(2, (await _registry.ListAsync(None)).Single().Aliases["champion"]);
    }

    [Fact]
    public async Task An_alias_that_moved_meanwhile_is_not_moved()
    {
        await PublishAsync("delay", "key-1");
        await PublishAsync("delay", "key-2");
        await _registry.MoveAliasAsync(Move(null, 1, "move-1"), None);

        Assert.Null(await _registry.MoveAliasAsync(Move(null, 2, "move-2"), None));
        Assert.Equal(1, await _registry.FindAliasAsync("delay", "champion", None));
        Assert.Single(await _registry.ListMovesAsync("delay", "champion", 10, None));
    }

    [Fact]
    public async Task Of_many_moves_at_once_from_one_version_one_succeeds()
    {
        for (var i = 1; i <= 4; i++)
        {
            await PublishAsync("delay", $"key-{i}");
        }

        await _registry.MoveAliasAsync(Move(null, 1, "first"), None);
        var moves = await Task.WhenAll(Enumerable.Range(2, 3).Select(v => Task.Run(
            () => _registry.MoveAliasAsync(Move(1, v, $"move-{v}"), None))));

        var moved = Assert.Single(moves, m => m is not null);
        Assert.Equal(moved!.Version, await _registry.FindAliasAsync("delay", "champion", None));
        Assert.Equal(2, (await _registry.ListMovesAsync("delay", "champion", 10, None)).Count);
    }

    [Fact]
    public async Task An_alias_cannot_point_to_a_version_that_is_not_there()
    {
        await PublishAsync("delay", "key-1");

        var fault = await Assert.ThrowsAsync<ActivityException>(() => _registry.MoveAliasAsync(Move(null, 9, "move-1"), None));
        Assert.Equal("The model delay has no version 9: its latest is 1.", fault.Message);
    }

    private protected abstract Task<TestDatabase> CreateAsync();

    private static AliasMove Move(int? before, int version, string key) =>
        new() { Model = "delay", Alias = "champion", VersionBefore = before, Version = version, IdempotencyKey = key };

    private ModelRegistry Open(MetadataDatabase database) =>
        new(new ModelOptions { Folder = _folder.File("models") }, database, _clock, NullLogger<ModelRegistry>.Instance);

    private List<string> Folders(string model) =>
        [.. Directory.GetDirectories(_folder.File($"models/{model}")).Select(f => Path.GetFileName(f)).Order()];

    private Task<ModelVersion> PublishAsync(string model, string key)
    {
        var scores = new Dictionary<string, double> { ["rmse"] = 1.25, ["mae"] = 1, ["r2"] = 0.5 };
        var encoding = new FeatureEncoding(
            [
                new FeatureColumn("x", ColumnKind.Number) { Parts = [new FeaturePart(DatePart.Value, 3)] },
                new FeatureColumn("color", ColumnKind.Text) { Categories = ["red"], MissingCategory = true },
            ],
            [new DroppedColumn("id", "like an identifier")]);
        var draft = new ModelVersion
        {
            Model = model,
            Version = 0,
            Algorithm = DummyModel.Name,
            Task = ModelTask.Regression,
            Target = "delay",
            Classes = [],
            Metric = ModelMetric.Rmse,
            Metrics = new Dictionary<string, IReadOnlyDictionary<string, double>> { ["test"] = scores },
            DummyMetrics = scores,
            Candidates = [new CandidateResult("dummy", DummyModel.Name, null, scores, 0.1)],
            Parameters = new TrainingParameters(),
            Split = new ModelSplit(SplitKind.Content, 0.25, 42, 1000, 75, 25),
            Encoding = encoding,
            FeatureNames = encoding.FeatureNames(filled: true),
            Dataset = new DatasetReference("flights", 3),
            Notes = [],
            CreatedAt = default,
            IdempotencyKey = key,
        };
        return _registry.PublishAsync(draft, new DummyModel { Outputs = [4.5] }, None);
    }
}
