using System.Diagnostics;
using Dag.Host.Data;
using Dag.Tests;

namespace Dag.Host.Tests.Data;

public sealed class DataFolderTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"dag-tests-{Guid.NewGuid():n}");

    public void Dispose()
    {
        if (Directory.Exists(_path))
            Directory.Delete(_path, recursive: true);
    }

    [Fact]
    public async Task A_folder_that_is_held_is_refused_with_the_process_that_holds_it_and_its_address()
    {
        using var first = await OpenAsync();
        first.Announce(["http://localhost:5000"]);

        var exception = await Assert.ThrowsAsync<DataFolderException>(OpenAsync);

        Assert.Contains(_path, exception.Message, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId} (http://localhost:5000)", exception.Message, StringComparison.Ordinal);
        Assert.Contains("--data", exception.Message, StringComparison.Ordinal);
        Assert.Equal(Environment.ProcessId, exception.Holder!.ProcessId);
        Assert.Equal(_time.GetUtcNow(), exception.Holder.StartedAt);
    }

    [Fact]
    public async Task A_folder_that_was_let_go_can_be_taken_again()
    {
        (await OpenAsync()).Dispose();
        using var again = await OpenAsync();

        await Assert.ThrowsAsync<DataFolderException>(OpenAsync);
    }

    [Fact]
    public async Task Other_verbs_find_the_address_while_the_folder_is_held_and_only_then()
    {
        Assert.Null(DataFolder.FindServer(_path));
        using (var held = await OpenAsync())
        {
            Assert.Empty(DataFolder.FindServer(_path)!.Addresses);
            held.Announce(["http://localhost:5000", "http://[::1]:5000"]);
            Assert.Equal(["http://localhost:5000", "http://[::1]:5000"], DataFolder.FindServer(_path)!.Addresses);
        }

        Assert.Null(DataFolder.FindServer(_path));
    }

    [Fact]
    public async Task Looking_for_a_server_does_not_take_the_folder_from_it()
    {
        using var held = await OpenAsync();
        DataFolder.FindServer(_path);

        await Assert.ThrowsAsync<DataFolderException>(OpenAsync);
    }

    [Fact]
    public async Task What_a_killed_process_left_behind_is_not_believed_and_does_not_hinder()
    {
        Directory.CreateDirectory(_path);
        File.WriteAllText(Path.Combine(_path, "dag.lock"), "");
        File.WriteAllText(Path.Combine(_path, "server.json"), """{"processId": 1, "startedAt": "2020-01-01T00:00:00Z", "addresses": ["http://gone"]}""");

        Assert.Null(DataFolder.FindServer(_path));
        using var folder = await OpenAsync();
        Assert.Equal(Environment.ProcessId, DataFolder.FindServer(_path)!.ProcessId);
    }

    [Fact]
    public async Task The_lock_holds_between_processes()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/flock"), "needs flock of util-linux");
        using (await OpenAsync())
            Assert.Equal(1, await FlockAsync());
        Assert.Equal(0, await FlockAsync());
    }

    [Fact]
    public async Task A_folder_with_damaged_information_is_refused_all_the_same()
    {
        using var held = await OpenAsync();
        File.WriteAllText(Path.Combine(_path, "server.json"), "{");

        Assert.Contains("in use by another process", (await Assert.ThrowsAsync<DataFolderException>(OpenAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_in_the_place_of_the_folder_is_a_clear_error()
    {
        File.WriteAllText(_path, "");
        try
        {
            var message = (await Assert.ThrowsAsync<DataFolderException>(OpenAsync)).Message;

            Assert.Contains($"The data folder {_path} cannot be used", message, StringComparison.Ordinal);
            Assert.DoesNotContain("in use", message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(_path);
        }
    }

    [Fact]
    public async Task A_temporary_folder_is_deleted_with_what_it_holds()
    {
        string path;
        using (var folder = await DataFolder.OpenTemporaryAsync(_time, TestContext.Current.CancellationToken))
        {
            path = folder.Path;
            Directory.CreateDirectory(Path.Combine(path, "lake", "flights"));
            File.WriteAllText(Path.Combine(path, "lake", "flights", "part.parquet"), "x");
        }

        Assert.False(Directory.Exists(path));
    }

    private Task<DataFolder> OpenAsync() => DataFolder.OpenAsync(_path, _time, TestContext.Current.CancellationToken);

    private async Task<int> FlockAsync()
    {
        using var process = Process.Start("/usr/bin/flock", ["--nonblock", Path.Combine(_path, "dag.lock"), "true"]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}
