using System.Security.Cryptography;
using System.Text.Json;
using Dag.Activities.Lake;
using Dag.Tests;
using Dag.Workflows.Activities;

namespace Dag.Activities.Tests.Lake;

/// <summary>What the lake promises on every metadata database.</summary>
public abstract class DataLakeContract
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_published_version_is_found_and_read_and_described_by_its_manifest()
    {
        await using var fixture = await LakeFixture.CreateAsync(await CreateAsync());
        var version = await fixture.PublishAsync("flights", "key-1");

        Assert.Equal(version, await fixture.Lake.GetAsync(new DatasetReference("flights"), None), Same.Instance);
        Assert.Equal((1, 10L, 55L), (version.Version, version.Rows, fixture.Query("sum(n)", version)));
        var folder = fixture.Lake.FolderOf(version);
        Assert.Equal(Path.Combine(fixture.LakeFolder, "flights", "1"), folder);
        Assert.Equal(["manifest.json", "part-00000.parquet"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json")));
        Assert.Equal("run-1", manifest.RootElement.GetProperty("runId").GetString());
        Assert.Equal("BIGINT", manifest.RootElement.GetProperty("columns")[0].GetProperty("type").GetString());
        var part = Path.Combine(folder, "part-00000.parquet");
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(part))), version.Parts[0].Sha256);
        Assert.Equal(new FileInfo(part).Length, version.Bytes);
    }

    [Fact]
    public async Task Publishing_twice_under_one_key_gives_the_first_version()
    {
        await using var fixture = await LakeFixture.CreateAsync(await CreateAsync());
        var first = await fixture.PublishAsync("flights", "key-1");
        var second = await fixture.PublishAsync("flights", "key-1", from: 1, to: 99);

        Assert.Equal(first, second, Same.Instance);
        Assert.Single(await fixture.Lake.ListVersionsAsync("flights", 10, None));
        Assert.Equal(["1"], Directory.GetDirectories(Path.Combine(fixture.LakeFolder, "flights")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Publishers_at_once_under_one_key_publish_once()
    {
        await using var fixture = await LakeFixture.CreateAsync(await CreateAsync());
        var drafts = Enumerable.Range(0, 8).Select(_ => fixture.Draft("flights", "key-1")).ToList();
        var published = await Task.WhenAll(drafts.Select(d => Task.Run(() => fixture.Lake.PublishAsync(d, None))));

        Assert.Single(published.Select(v => v.Version).Distinct());
        Assert.Single(await fixture.Lake.ListVersionsAsync("flights", 10, None));
        Assert.Single(Directory.GetDirectories(Path.Combine(fixture.LakeFolder, "flights")));
        Assert.Equal(55L, fixture.Query("sum(n)", published[0]));
    }

    [Fact]
    public async Task Appends_at_once_lose_no_row()
    {
        await using var fixture = await LakeFixture.CreateAsync(await CreateAsync());
        var drafts = Enumerable.Range(0, 12).Select(i => fixture.Draft("flights", $"key-{i}", i * 10, (i * 10) + 9, append: true)).ToList();
        await Task.WhenAll(drafts.Select(d => Task.Run(() => fixture.Lake.PublishAsync(d, None))));

        var latest = await fixture.Lake.GetAsync(new DatasetReference("flights"), None);
        Assert.Equal((120L, 120L * 119 / 2), (latest.Rows, (long)fixture.Query("sum(n)", latest)!));
        Assert.Equal(12, (await fixture.Lake.ListVersionsAsync("flights", 100, None)).Count);
    }

    [Fact]
    public async Task An_append_shares_the_files_of_the_version_it_continues_and_leaves_that_as_it_was()
    {
        await using var fixture = await LakeFixture.CreateAsync(await CreateAsync());
        var first = await fixture.PublishAsync("flights", "key-1");
        var second = await fixture.PublishAsync("flights", "key-2", 11, 20, append: true);

        Assert.Equal((2, 20L, 210L), (second.Version, second.Rows, fixture.Query("sum(n)", second)));
        Assert.Equal(55L, fixture.Query("sum(n)", first));
        Assert.Equal(first.Parts[0], second.Parts[0]);
        Assert.Equal([first.ToReference()], second.Parents);
        Assert.NotEqual(first.ContentHash, second.ContentHash);
        Directory.Delete(fixture.Lake.FolderOf(first), recursive: true);
        Assert.Equal(210L, fixture.Query("sum(n)", second));
    }

    [Fact]
    public async Task A_replacement_holds_only_its_own_rows()
    {
        await using var fixture = await LakeFixture.CreateAsync(await CreateAsync());
        await fixture.PublishAsync("flights", "key-1");
        var second = await fixture.PublishAsync("flights", "key-2", 100, 100);

        Assert.Equal((2, 1L), (second.Version, second.Rows));
        Assert.Empty(second.Parents);
    }

    [Fact]
    public async Task What_was_not_published_is_invisible_and_swept()
    {
        await using var fixture = await LakeFixture.CreateAsync(await CreateAsync());
        var version = await fixture.PublishAsync("flights", "key-1");
        var abandoned = fixture.Draft("flights", "key-2");
        Directory.CreateDirectory(Path.Combine(fixture.LakeFolder, "flights", "2"));
        Directory.CreateDirectory(Path.Combine(fixture.LakeFolder, "flights", "notes"));

        Assert.Equal(2, await fixture.Lake.SweepAsync(TimeSpan.MinValue, None));
        Assert.False(Directory.Exists(abandoned.Folder));
        Assert.Equal(["1", "notes"], Directory.GetDirectories(Path.Combine(fixture.LakeFolder, "flights")).Select(Path.GetFileName).Order());
        Assert.Equal(55L, fixture.Query("sum(n)", version));
        Assert.Equal(1, (await fixture.Lake.GetAsync(new DatasetReference("flights"), None)).Version);
    }

    [Fact]
    public async Task A_sweep_leaves_folders_that_another_process_may_be_publishing()
    {
        await using var fixture = await LakeFixture.CreateAsync(await CreateAsync());
        using var draft = fixture.Draft("flights", "key-1");
        fixture.Clock.JumpTo(DateTimeOffset.UtcNow);

        Assert.Equal(0, await fixture.Lake.SweepAsync(TimeSpan.FromHours(1), None));
        Assert.Equal(1, (await fixture.Lake.PublishAsync(draft, None)).Version);
    }

    [Fact]
    public async Task The_number_of_a_version_that_never_became_visible_is_not_used_again_before_the_sweep()
    {
        await using var fixture = await LakeFixture.CreateAsync(await CreateAsync());
        await fixture.PublishAsync("flights", "key-1");
        Directory.CreateDirectory(Path.Combine(fixture.LakeFolder, "flights", "2"));

        Assert.Equal(3, (await fixture.PublishAsync("flights", "key-2")).Version);
    }

    [Fact]
    public async Task A_publication_that_fails_shows_nothing()
    {
        await using var fixture = await LakeFixture.CreateAsync(await CreateAsync());
        using var draft = fixture.Draft("flights", "key-1");
        File.Delete(Path.Combine(draft.Folder, "x.parquet"));

        await Assert.ThrowsAnyAsync<IOException>(() => fixture.Lake.PublishAsync(draft, None));
        Assert.Empty(await fixture.Lake.ListAsync(None));
        Assert.Null(await fixture.Lake.FindAsync(new DatasetReference("flights"), None));
    }

    [Fact]
    public async Task A_missing_dataset_or_version_is_named_with_those_that_exist()
    {
        await using var fixture = await LakeFixture.CreateAsync(await CreateAsync());
        async Task<string> Fault(DatasetReference reference) =>
            (await Assert.ThrowsAsync<ActivityException>(() => fixture.Lake.GetAsync(reference, None))).Message;

        Assert.Equal("There is no dataset flights in the lake. The lake is empty.", await Fault(new DatasetReference("flights")));
        await fixture.PublishAsync("cars", "key-1");
        Assert.Equal("There is no dataset flights in the lake. It holds: cars.", await Fault(new DatasetReference("flights")));
        Assert.Equal("The dataset cars has no version 9: its latest is 1.", await Fault(new DatasetReference("cars", 9)));
        Assert.Contains("'../cars' cannot be the name of a dataset", await Fault(new DatasetReference("../cars")));
    }

    [Fact]
    public async Task Datasets_are_listed_with_their_latest_version()
    {
        await using var fixture = await LakeFixture.CreateAsync(await CreateAsync());
        await fixture.PublishAsync("flights", "key-1");
        await fixture.PublishAsync("cars", "key-1");
        var latest = await fixture.PublishAsync("flights", "key-2", 1, 3);

        var list = await fixture.Lake.ListAsync(None);
        Assert.Equal(["cars", "flights"], list.Select(d => d.Dataset));
        Assert.Equal(new DatasetSummary("flights", 2, 2, 3, latest.Bytes, fixture.Clock.GetUtcNow()), list[1]);
        Assert.Equal([2, 1], (await fixture.Lake.ListVersionsAsync("flights", 10, None)).Select(v => v.Version));
    }

    private protected abstract Task<TestDatabase> CreateAsync();

    // Records compare lists by reference; versions are compared as they are stored.
    private sealed class Same : IEqualityComparer<DatasetVersion>
    {
        public static readonly Same Instance = new();

        public bool Equals(DatasetVersion? x, DatasetVersion? y) => JsonSerializer.Serialize(x) == JsonSerializer.Serialize(y);

        public int GetHashCode(DatasetVersion obj) => obj.Version;
    }
}
