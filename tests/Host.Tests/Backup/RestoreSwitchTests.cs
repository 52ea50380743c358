using Dag.Host.Data;

namespace Dag.Host.Tests.Backup;

public sealed class RestoreSwitchTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Whatever_step_it_ends_after_the_next_start_carries_it_to_its_end()
    {
        var all = Prepare("all").Count(Do);
        Assert.True(all > 8);
        for (var done = 0; done <= all; done++)
        {
            Assert.Equal(done, Prepare($"{done}").Take(done).Count(Do));
            var data = Path.Combine(_folder.Path, $"{done}");
            Assert.Equal(done < all ? "it" : null, RestoreSwitch.Recover(data));
            Assert.Equal(
                ["inbox/mine old", "lake/b/1/y new", "metadata.db new"],
                Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories)
                    .Select(f => $"{Path.GetRelativePath(data, f)} {File.ReadAllText(f)}").Order(StringComparer.Ordinal));
            Assert.False(Directory.Exists(Path.Combine(data, RestoreSwitch.Folder)));
        }
    }

    [Fact]
    public void What_was_not_decided_is_thrown_away_and_the_old_stays()
    {
        Put(_folder.Path, "old", ["metadata.db", "lake/a/1/x"]);
        Put(RestoreSwitch.Prepare(_folder.Path), "new", ["metadata.db"]);
        Assert.Null(RestoreSwitch.Recover(_folder.Path));
        Assert.Equal("old", File.ReadAllText(Path.Combine(_folder.Path, "metadata.db")));
        Assert.Equal(["lake", "metadata.db"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
    }

    private static bool Do(Action step)
    {
        step();
        return true;
    }

    private IEnumerable<Action> Prepare(string name)
    {
        var data = Path.Combine(_folder.Path, name);
        Put(data, "old", ["metadata.db", "metadata.db-wal", "lake/a/1/x", "models/m/1/x", "inbox/mine"]);
        Put(RestoreSwitch.Prepare(data), "new", ["metadata.db", "lake/b/1/y"]);
        RestoreSwitch.Decide(data, "it");
        return RestoreSwitch.Steps(data);
    }

    private static void Put(string folder, string content, string[] names)
    {
        foreach (var name in names)
        {
            var file = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
        }
    }
}
