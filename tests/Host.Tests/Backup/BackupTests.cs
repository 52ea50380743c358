using System.Formats.Tar;
using System.Text;
using Dag.Host.Backup;
using Dag.Host.Data;
using Dag.Host.Hosting;
using Dag.Host.Tests.Web;
using Dag.Tests;

namespace Dag.Host.Tests.Backup;

public sealed class BackupTests(PostgreSqlServer server) : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder.Path, "data");

    private string Restored => Path.Combine(_folder.Path, "restored");

    private string File1 => Path.Combine(_folder.Path, "one.tar");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_a_running_service_holds_is_there_again_after_a_restore()
    {
        string waiting;
        await using (var test = await TestServer.StartAsync(folder: Data))
        {
            waiting = await BackupSample.FillAsync(test, _folder);
            Assert.Matches(
                @"with 2 runs, 2 dataset versions, 1 model version, \d+ kB, read back and compared$", (await BackUpAsync(Data, File1)).TrimEnd());
            Assert.Empty(Directory.GetDirectories(Data, ".backup-*"));
            Assert.False(File.Exists(File1 + ".part"));
        }

        await RestoreAsync(File1, Restored);
        await using var again = await TestServer.StartAsync(folder: Restored);
        await BackupSample.CheckAsync(again, waiting);
    }

    [Fact]
    public async Task A_folder_that_nobody_serves_is_backed_up_as_well_and_content_that_versions_share_is_written_once()
    {
        string waiting;
        await using (var test = await TestServer.StartAsync(folder: Data))
        {
            waiting = await BackupSample.FillAsync(test, _folder);
        }

        await BackUpAsync(Data, File1);
        var parts = (await EntriesAsync(File1)).Where(p => p.Name.EndsWith(".parquet", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, parts.Count);
        Assert.Single(parts, p => !p.IsLink);

        await RestoreAsync(File1, Restored);
        await using var again = await TestServer.StartAsync(folder: Restored);
        await BackupSample.CheckAsync(again, waiting);
    }

    [Fact]
    public async Task What_PostgreSQL_holds_comes_back_into_an_empty_database()
    {
        await using var database = await server.CreateDatabaseAsync(empty: true);
        await using var other = await server.CreateDatabaseAsync(empty: true);
        string waiting;
        await using (var test = await TestServer.StartAsync(folder: Data, configure: o => o with { ConnectionString = ((PostgreSqlTestDatabase)database).Connection }))
        {
            waiting = await BackupSample.FillAsync(test, _folder);
            await BackUpAsync(Data, File1);
        }

        var mismatch = await Assert.ThrowsAsync<UsageException>(() => RestoreAsync(File1, Restored));
        Assert.Contains(DagHostOptions.ConnectionVariable, mismatch.Message, StringComparison.Ordinal);

        var connection = ((PostgreSqlTestDatabase)other).Connection;
        await RestoreAsync(File1, Restored, connection);
        await using (var again = await TestServer.StartAsync(folder: Restored, configure: o => o with { ConnectionString = connection }))
        {
            await BackupSample.CheckAsync(again, waiting);
        }

        await Assert.ThrowsAsync<Dag.Workflows.Storage.MigrationException>(() => RestoreAsync(File1, Restored, connection, replace: true));
        await using var still = await TestServer.StartAsync(folder: Restored, configure: o => o with { ConnectionString = connection });
        Assert.Equal((2, 1), await BackupSample.ReadAllAsync(still.Server.Services));
    }

    [Fact]
    public async Task A_folder_that_holds_something_is_replaced_only_when_told_so()
    {
        await MakeAsync();
        await using (var test = await TestServer.StartAsync(folder: Restored))
        {
            await test.PublishAsync(FlowJson.Sequence("other", FlowJson.WriteLine("a", "x")));
            await test.StartRunAsync("other");
        }

        var mine = Path.Combine(Restored, "inbox");
        Directory.CreateDirectory(mine);
        var refusal = await Assert.ThrowsAsync<UsageException>(() => RestoreAsync(File1, Restored));
        Assert.Contains("is not empty: it holds inbox, ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--replace", refusal.Message, StringComparison.Ordinal);

        await RestoreAsync(File1, Restored, replace: true);
        Assert.True(Directory.Exists(mine));
        await using var again = await TestServer.StartAsync(folder: Restored);
        Assert.Equal(0, (await again.GetJsonAsync("/api/v1/runs?workflow=other")).GetProperty("totalCount").GetInt32());
        Assert.Equal((2, 1), await BackupSample.ReadAllAsync(again.Server.Services));
    }

    [Fact]
    public async Task A_folder_in_use_is_neither_restored_into_nor_backed_up_behind_the_back_of_its_process()
    {
        await MakeAsync();
        using var held = await DataFolder.OpenAsync(Data, TimeProvider.System, Token);
        await Assert.ThrowsAsync<DataFolderException>(() => RestoreAsync(File1, Data, replace: true));
        await Assert.ThrowsAsync<DataFolderException>(() => BackUpAsync(Data, Path.Combine(_folder.Path, "two.tar")));
    }

    [Fact]
    public async Task An_archive_that_was_damaged_or_cut_anywhere_is_refused_before_anything_is_touched()
    {
        await MakeAsync();
        var whole = await File.ReadAllBytesAsync(File1, Token);
        var entries = (await EntriesAsync(File1)).Where(e => !e.IsLink).ToList();
        foreach (var entry in entries)
        {
            // In the middle of each content.
            await RefusesAsync(whole.Select((b, i) => i == entry.Offset + (entry.Length / 2) ? (byte)(b ^ 1) : b).ToArray());
        }

        foreach (var length in Enumerable.Range(0, 40).Select(i => (int)((long)entries[^1].Offset * i / 40)))
        {
            await RefusesAsync(whole[..length]);
        }

        Assert.False(Directory.Exists(Restored));
    }

    [Theory]
    [InlineData("../evil", TarEntryType.RegularFile)]
    [InlineData("/etc/evil", TarEntryType.RegularFile)]
    [InlineData("lake/../../evil", TarEntryType.RegularFile)]
    [InlineData("lake/evil", TarEntryType.SymbolicLink)]
    [InlineData("lake/evil", TarEntryType.HardLink)]
    [InlineData("lake/evil", TarEntryType.CharacterDevice)]
    [InlineData("lake/evil", TarEntryType.RegularFile)]
    public async Task An_archive_that_leads_elsewhere_or_holds_what_its_manifest_does_not_is_refused(string name, TarEntryType type)
    {
        await MakeAsync();
        using var hostile = new MemoryStream();
        await using (var writer = new TarWriter(hostile, leaveOpen: true))
        {
            var entry = new PaxTarEntry(type, name);
            if (type == TarEntryType.RegularFile)
            {
                entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes("evil"));
            }
            else if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
            {
                entry.LinkName = "/etc/passwd";
            }

            await writer.WriteEntryAsync(entry, Token);
        }

        // The end of an archive is two blocks of zeros.
        await RefusesAsync([.. hostile.ToArray()[..^1024], .. await File.ReadAllBytesAsync(File1, Token)]);
        Assert.False(Directory.Exists(Restored));
    }

    [Fact]
    public async Task A_version_that_lacks_a_file_fails_the_backup_and_is_named()
    {
        await MakeAsync();
        File.Delete(Path.Combine(Data, "lake", "numbers", "2", "part-00001.parquet"));
        var before = await File.ReadAllBytesAsync(File1, Token);

        var unserved = await Assert.ThrowsAsync<UsageException>(() => BackUpAsync(Data, File1));
        Assert.Contains("numbers@2 lacks its file", unserved.Message, StringComparison.Ordinal);
        await using (var test = await TestServer.StartAsync(folder: Data))
        {
            await Assert.ThrowsAsync<UsageException>(() => BackUpAsync(Data, File1));
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(File1, Token));
        Assert.False(File.Exists(File1 + ".part"));
    }

    [Fact]
    public async Task Nothing_is_backed_up_from_a_folder_that_holds_nothing_or_restored_from_a_file_that_is_none()
    {
        await Assert.ThrowsAsync<UsageException>(() => BackUpAsync(_folder.Path, File1));
        await Assert.ThrowsAsync<UsageException>(() => RestoreAsync(File1, Restored));
        await RefusesAsync(Encoding.UTF8.GetBytes("not an archive"));
        await RefusesAsync([]);
        await RefusesAsync(new byte[100_000]);
        Assert.False(Directory.Exists(Restored));
    }

    private async Task MakeAsync()
    {
        await using (var test = await TestServer.StartAsync(folder: Data))
        {
            await BackupSample.FillAsync(test, _folder);
        }

        await BackUpAsync(Data, File1);
    }

    private async Task RefusesAsync(byte[] content)
    {
        var file = Path.Combine(_folder.Path, "bad.tar");
        await File.WriteAllBytesAsync(file, content, Token);
        var refusal = await Assert.ThrowsAsync<UsageException>(() => RestoreAsync(file, Restored));
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<string> BackUpAsync(string data, string file)
    {
        using var output = new StringWriter();
        Assert.Equal(0, await BackupVerb.BackUpAsync(data, file, output, Token));
        return output.ToString();
    }

    private static async Task RestoreAsync(string file, string data, string? connection = null, bool replace = false) =>
        Assert.Equal(0, await RestoreVerb.RestoreAsync(file, new DagHostOptions { DataFolder = data, ConnectionString = connection }, replace, TextWriter.Null, Token));

    private static async Task<List<(string Name, bool IsLink, long Offset, long Length)>> EntriesAsync(string file)
    {
        var entries = new List<(string, bool, long, long)>();
        await using var stream = File.OpenRead(file);
        await using var tar = new TarReader(stream);
        while (await tar.GetNextEntryAsync(cancellationToken: Token) is { } entry)
        {
            entries.Add((entry.Name, entry.EntryType == TarEntryType.HardLink, entry.DataOffset, entry.Length));
        }

        return entries;
    }
}
