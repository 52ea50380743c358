using Dag.Tests;
using Dag.Workflows.Catalog;
using Dag.Workflows.RunLog;
using Dag.Workflows.Tests.RunLog;

namespace Dag.Workflows.Tests.Catalog;

/// <summary>What the store of definitions promises on every database.</summary>
public abstract partial class DefinitionStoreContract : IAsyncLifetime
{
    private static readonly DateTimeOffset _created = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(7);
    private TestDatabase _test = null!;
    private IDefinitionStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _test = await CreateAsync();
        _store = new SqlDefinitionStore(_test.Open());
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_saved_version_is_found_as_it_was()
    {
        var draft = Draft("nightly", 1) with { Description = "Loads ü 😀", Json = """{"root":{"unknown":[1,2.50]}}""" };

        var saved = await _store.SaveAsync(draft, publish: false, Token);

        Assert.Equal((draft.Id, "nightly", 1), (saved.Id, saved.DefinitionId, saved.Version));
        Assert.Equal((draft.Name, draft.Description), (saved.Name, saved.Description));
        Assert.Equal((true, false, false), (saved.IsLatest, saved.IsPublished, saved.UsedByRun));
        Assert.Equal((draft.Json, _created), (saved.Json, saved.CreatedAt));
        Assert.Equal(saved, await _store.FindAsync(draft.Id, Token));
        Assert.Null(await _store.FindAsync("nowhere", Token));
    }

    [Fact]
    public async Task Versions_that_may_be_used_as_activities_are_listed()
    {
        await SaveAsync("other", 1);
        await _store.SaveAsync(Draft("part", 1) with { Json = """{"root":{},"options":{"usableAsActivity":true}}""" }, publish: true, Token);
        await _store.SaveAsync(Draft("part", 2) with { Json = """{"root":{},"UsableAsActivity":true}""" }, publish: false, Token);
        Assert.Equal([(1, true), (2, false)], (await _store.ListUsableAsActivitiesAsync(Token)).Select(d => (d.Version, d.IsPublished)));

        await _store.SaveAsync(Draft("part", 2), publish: false, Token);
        Assert.Equal("part-1", Assert.Single(await _store.ListUsableAsActivitiesAsync(Token)).Id);
    }

    [Fact]
    public async Task A_draft_is_replaced_and_keeps_its_time_of_creation()
    {
        await SaveAsync("nightly", 1);
        var replaced = await _store.SaveAsync(
            Draft("nightly", 1) with { Name = "New name", Json = "{2}", CreatedAt = _created.AddDays(1) }, publish: false, Token);
        Assert.Equal(("New name", "{2}", _created), (replaced.Name, replaced.Json, replaced.CreatedAt));
        Assert.Equal(1, (await _store.ListAsync(All, Token)).TotalCount);
    }

    [Fact]
    public async Task A_published_version_does_not_change()
    {
        await SaveAsync("nightly", 1, publish: true);
        var error = await Assert.ThrowsAsync<DefinitionConflictException>(() => SaveAsync("nightly", 1));
        Assert.Contains("save version 2, or retract", error.Message, StringComparison.Ordinal);
        await _store.RetractAsync("nightly", Token);
        await SaveAsync("nightly", 1);
    }

    [Fact]
    public async Task A_number_that_is_taken_is_refused_and_names_who_has_it()
    {
        await SaveAsync("nightly", 1);
        var error = await Assert.ThrowsAsync<DefinitionConflictException>(
            () => _store.SaveAsync(Draft("nightly", 1) with { Id = "other" }, publish: false, Token));
        Assert.Contains("'nightly-1'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_of_another_workflow_is_refused()
    {
        await SaveAsync("nightly", 1);
        var error = await Assert.ThrowsAsync<DefinitionConflictException>(
            () => _store.SaveAsync(Draft("weekly", 1) with { Id = "nightly-1" }, publish: false, Token));
        Assert.Contains("belongs to workflow 'nightly'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_highest_number_is_the_latest()
    {
        await SaveAsync("nightly", 1);
        await SaveAsync("nightly", 3);
        await SaveAsync("nightly", 2);
        Assert.Equal("nightly-3", await FindIdAsync(VersionSelector.Latest));
        Assert.Equal([3], await LatestNumbersAsync());
    }

    [Fact]
    public async Task Publishing_un_publishes_the_version_before()
    {
        await SaveAsync("nightly", 1, publish: true);
        await SaveAsync("nightly", 2);
        Assert.Equal("nightly-1", await FindIdAsync(VersionSelector.Published));
        Assert.True(await _store.PublishAsync("nightly-2", Token));
        Assert.True(await _store.PublishAsync("nightly-2", Token));
        Assert.Equal("nightly-2", Assert.Single(await _store.ListPublishedAsync(Token)).Id);
        Assert.False(await _store.PublishAsync("nowhere", Token));
        Assert.Single(await _store.ListPublishedAsync(Token));
    }

    [Fact]
    public async Task Nodes_that_publish_at_once_leave_one_version_published()
    {
        for (var version = 1; version <= 6; version++)
        {
            await SaveAsync("nightly", version);
        }

        var stores = new[] { _store, new SqlDefinitionStore(_test.Open()) };
        await Task.WhenAll(Enumerable.Range(1, 6).Select(v => Task.Run(() => stores[v % 2].PublishAsync($"nightly-{v}", Token), Token)));
        Assert.Single(await _store.ListPublishedAsync(Token));
    }

    [Fact]
    public async Task Nodes_that_save_new_versions_at_once_leave_one_latest()
    {
        var stores = new[] { _store, new SqlDefinitionStore(_test.Open()) };
        await Task.WhenAll(Enumerable.Range(1, 8).Select(
            v => Task.Run(() => stores[v % 2].SaveAsync(Draft("nightly", v), publish: true, Token), Token)));
        Assert.Equal([8], await LatestNumbersAsync());
        Assert.Single(await _store.ListPublishedAsync(Token));
    }

    [Fact]
    public async Task Retracting_leaves_no_version_published()
    {
        await SaveAsync("nightly", 1, publish: true);
        await SaveAsync("weekly", 1, publish: true);
        Assert.True(await _store.RetractAsync("nightly", Token));
        Assert.False(await _store.RetractAsync("nightly", Token));
        Assert.Equal("weekly-1", Assert.Single(await _store.ListPublishedAsync(Token)).Id);
    }

    [Fact]
    public async Task Every_way_to_choose_a_version_finds_the_right_one()
    {
        await SaveAsync("nightly", 1);
        await SaveAsync("nightly", 2, publish: true);
        await SaveAsync("nightly", 3);

        Assert.Equal("nightly-3", await FindIdAsync(VersionSelector.Latest));
        Assert.Equal("nightly-2", await FindIdAsync(VersionSelector.Published));
        Assert.Equal("nightly-3", await FindIdAsync(VersionSelector.LatestOrPublished));
        Assert.Null(await FindIdAsync(VersionSelector.LatestAndPublished));
        Assert.Equal("nightly-3", await FindIdAsync(VersionSelector.Draft));
        Assert.Equal("nightly-1", await FindIdAsync(VersionSelector.Specific(1)));
        Assert.Null(await FindIdAsync(VersionSelector.Specific(4)));
        Assert.Null(await _store.FindAsync("nowhere", VersionSelector.Latest, Token));
    }

    [Fact]
    public async Task Lists_choose_versions_and_workflows()
    {
        await SaveAsync("nightly", 1, publish: true);
        await SaveAsync("nightly", 2);
        await SaveAsync("weekly", 1);

        Assert.Equal(["nightly-2", "weekly-1"], await ListAsync(new DefinitionFilter()));
        Assert.Equal(["nightly-1"], await ListAsync(new DefinitionFilter { Versions = VersionSelector.Published }));
        Assert.Equal(["nightly-1", "nightly-2", "weekly-1"], await ListAsync(All));
        Assert.Equal(["nightly-1", "nightly-2", "weekly-1"], await ListAsync(All with { Versions = VersionSelector.LatestOrPublished }));
        Assert.Equal(["weekly-1"], await ListAsync(All with { DefinitionIds = ["weekly", "nowhere"] }));
        Assert.Equal(["nightly-1", "weekly-1"], await ListAsync(All with { Ids = ["nightly-1", "weekly-1"] }));
        Assert.Equal(["nightly-1", "weekly-1"], await ListAsync(All with { Versions = VersionSelector.Specific(1) }));
    }

    [Fact]
    public async Task Lists_are_ordered_and_paged()
    {
        await SaveAsync("b", 1, change: d => d with { Name = "alpha", CreatedAt = _created.AddHours(2) });
        await SaveAsync("a", 2, change: d => d with { Name = "Beta", CreatedAt = _created.AddHours(1) });
        await SaveAsync("c", 3, change: d => d with { Name = "gamma", CreatedAt = _created });

        Assert.Equal(["b-1", "a-2", "c-3"], await ListAsync(All));
        Assert.Equal(["c-3", "a-2", "b-1"], await ListAsync(All with { Descending = true }));
        Assert.Equal(["c-3", "a-2", "b-1"], await ListAsync(All with { OrderBy = DefinitionOrder.CreatedAt }));
        Assert.Equal(["c-3", "a-2", "b-1"], await ListAsync(All with { OrderBy = DefinitionOrder.Version, Descending = true }));
        var page = await _store.ListAsync(All with { Skip = 1, Take = 1 }, Token);
        Assert.Equal(("a-2", 3L), (Assert.Single(page.Definitions).Id, page.TotalCount));
    }

    [Theory]
    [InlineData("LOADS Ü", "nightly-1")]
    [InlineData("WEEK", "weekly-1")]
    [InlineData("report", "weekly-1")]
    [InlineData("50%", null)]
    public async Task Lists_are_searched_in_any_case(string search, string? expected)
    {
        await SaveAsync("nightly", 1, change: d => d with { Name = "Loads ü" });
        await SaveAsync("weekly", 1, change: d => d with { Description = "The Report of 500 lines" });
        Assert.Equal(expected is null ? [] : [expected], await ListAsync(All with { Search = search }));
    }

    [Fact]
    public async Task A_version_says_whether_runs_of_it_are_stored()
    {
        await SaveAsync("nightly", 1);
        await SaveAsync("nightly", 2);
        var log = new SqlRunLog(_test.Open(), new FakeTimeProvider());
        var batch = RunLogSamples.First("r1").Finished();
        await log.AppendAsync(batch with { Summary = batch.Summary with { DefinitionVersionId = "nightly-1" } }, Token);

        Assert.Equal([true, false], (await _store.ListAsync(All, Token)).Definitions.Select(d => d.UsedByRun));
        await log.DeleteRunAsync("r1", Token);
        Assert.False((await _store.FindAsync("nightly-1", Token))!.UsedByRun);
    }

    [Fact]
    public async Task Deleting_a_workflow_deletes_all_its_versions()
    {
        await SaveAsync("nightly", 1, publish: true);
        await SaveAsync("nightly", 2);
        await SaveAsync("weekly", 1);
        Assert.Equal(2, await _store.DeleteAsync("nightly", Token));
        Assert.Equal(0, await _store.DeleteAsync("nightly", Token));
        Assert.Equal(["weekly-1"], await ListAsync(All));
    }

    [Fact]
    public async Task When_the_latest_version_is_deleted_the_one_before_becomes_the_latest()
    {
        await SaveAsync("nightly", 1);
        await SaveAsync("nightly", 2);
        Assert.True(await _store.DeleteVersionAsync("nightly-2", Token));
        Assert.False(await _store.DeleteVersionAsync("nightly-2", Token));
        Assert.Equal("nightly-1", await FindIdAsync(VersionSelector.Latest));
    }

    private protected abstract Task<TestDatabase> CreateAsync();

    private static DefinitionFilter All => new() { Versions = VersionSelector.All };

    private static DefinitionDraft Draft(string definitionId, int version) => new()
    {
        Id = $"{definitionId}-{version}",
        DefinitionId = definitionId,
        Version = version,
        Name = $"The {definitionId} load",
        CreatedAt = _created,
        Json = "{}",
    };

    private Task<StoredDefinition> SaveAsync(
        string definitionId, int version, bool publish = false, Func<DefinitionDraft, DefinitionDraft>? change = null) =>
        _store.SaveAsync(change?.Invoke(Draft(definitionId, version)) ?? Draft(definitionId, version), publish, Token);

    private async Task<string?> FindIdAsync(VersionSelector versions) => (await _store.FindAsync("nightly", versions, Token))?.Id;

    private async Task<IEnumerable<string>> ListAsync(DefinitionFilter filter) =>
        (await _store.ListAsync(filter, Token)).Definitions.Select(d => d.Id);

    private async Task<IEnumerable<int>> LatestNumbersAsync() =>
        (await _store.ListAsync(All, Token)).Definitions.Where(d => d.IsLatest).Select(d => d.Version);
}
