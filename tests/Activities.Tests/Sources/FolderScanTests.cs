using Dag.Activities.Sources;
using Dag.Tests;

namespace Dag.Activities.Tests.Sources;

public sealed class FolderScanTests : IDisposable
{
    private static readonly TimeSpan _stableFor = TimeSpan.FromSeconds(2);
    private readonly FakeTimeProvider _clock = new();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_ready_once_it_has_stood_still_for_long_enough()
    {
        var scan = Scan();
        _folder.Write("a.csv", "1");

        Assert.Empty(scan.Look());
        Assert.Equal(_stableFor, scan.NextReady);
        _clock.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Empty(scan.Look());
        Assert.Equal(TimeSpan.FromSeconds(0.5), scan.NextReady);
        _clock.Advance(TimeSpan.FromSeconds(0.5));

        Assert.Equal("a.csv", Assert.Single(scan.Look()).RelativePath);
        Assert.Null(scan.NextReady);
    }

    [Fact]
    public void A_file_that_grows_or_is_touched_starts_waiting_again()
    {
        var scan = Scan();
        var path = _folder.Write("a.csv", "1");
        Assert.Empty(scan.Look());
        _clock.Advance(_stableFor);
        File.AppendAllText(path, "2");
        Assert.Empty(scan.Look());
        _clock.Advance(_stableFor);
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Empty(scan.Look());
        _clock.Advance(_stableFor);

        Assert.Single(scan.Look());
    }

    [Fact]
    public void A_jump_of_the_system_clock_makes_no_file_ready()
    {
        var scan = Scan();
        var path = _folder.Write("a.csv", "1");
        File.SetLastWriteTimeUtc(path, new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.Empty(scan.Look());
    }

    [Fact]
    public void A_settled_file_is_left_out_until_its_content_changes()
    {
        var scan = Scan(TimeSpan.Zero);
        _folder.Write("a.csv", "1");
        scan.Settle(Assert.Single(scan.Look()));
        Assert.Empty(scan.Look());

        _folder.Write("a.csv", "other content");

        Assert.Single(scan.Look());
    }

    [Fact]
    public void What_has_gone_is_forgotten_and_waits_again_when_it_is_back()
    {
        var scan = Scan();
        var path = _folder.Write("a.csv", "1");
        var modified = File.GetLastWriteTimeUtc(path);
        Assert.Empty(scan.Look());
        _clock.Advance(_stableFor);
        File.Delete(path);
        Assert.Empty(scan.Look());
        File.SetLastWriteTimeUtc(_folder.Write("a.csv", "1"), modified);

        Assert.Empty(scan.Look());
    }

    [Fact]
    public void Subfolders_count_only_when_asked_for_and_hidden_ones_never()
    {
        _folder.Write("top.csv", "1");
        _folder.Write("2026/01/deep.csv", "1");
        _folder.Write(".git/config", "1");

        Assert.Equal(["top.csv"], Names(Scan(TimeSpan.Zero)));
        Assert.Equal(["2026/01/deep.csv", "top.csv"], Names(Scan(TimeSpan.Zero, recursive: true)));
    }

    [Fact]
    public void Symbolic_links_are_not_followed_so_a_loop_ends()
    {
        _folder.Write("inner/a.csv", "1");
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "inner", "loop"), _folder.FullName);
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "link.csv"), Path.Combine(_folder.FullName, "inner", "a.csv"));

        Assert.Equal(["inner/a.csv"], Names(Scan(TimeSpan.Zero, recursive: true)));
    }

    [Fact]
    public void A_look_at_two_thousand_settled_files_allocates_next_to_nothing()
    {
        for (var i = 0; i < 2_000; i++)
        {
            _folder.Write($"f{i}.csv", "");
        }

        var scan = Scan(TimeSpan.Zero);
        foreach (var file in scan.Look())
        {
            scan.Settle(file);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(scan.Look());

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000);
    }

    private static string[] Names(FolderScan scan) => [.. scan.Look().Select(file => file.RelativePath).Order(StringComparer.Ordinal)];

    private FolderScan Scan(TimeSpan? stableFor = null, bool recursive = false) =>
        new(_folder.FullName, new FileNamePattern("*"), recursive, stableFor ?? _stableFor, _clock);
}
