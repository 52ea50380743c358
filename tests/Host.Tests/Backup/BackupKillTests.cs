using Dag.Host.Backup;
using Dag.Host.Hosting;
using Dag.Host.Tests.Cli;
using Dag.Host.Tests.Web;
using Dag.Workflows.RunLog;

namespace Dag.Host.Tests.Backup;

/// <summary>Backups of the real executable under load, and kills in the middle of them and of restores.</summary>
public sealed class BackupKillTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder.Path, "data");

    private string Archive => Path.Combine(_folder.Path, "backup.tar");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_backup_under_load_is_whole_and_a_service_that_is_killed_in_the_middle_of_one_loses_nothing()
    {
        string waiting;
        using (var service = await ServedFolder.StartAsync(Data))
        {
            waiting = await PublishAsync(service);
            using var end = new CancellationTokenSource();
            var load = LoadAsync(service, end.Token);
            for (var i = 0; i < 3; i++)
            {
                var backup = await DagProcess.RunAsync("backup", Archive, "--data", Data);
                Assert.True(backup.Exit == 0, backup.Errors);
            }

            // Somebody who reads a little and then no more: the service is in the middle of it when it is killed.
            using var response = await BeginBackupAsync(service);
            service.Process.Signal("KILL");
            await service.Process.ExitAsync();
            await end.CancelAsync();
            Assert.True(await load > 10);
            Assert.NotEmpty(Directory.GetDirectories(Data, ".backup-*"));
        }

        await CheckAsync(Data, waiting);
        Assert.Empty(Directory.GetDirectories(Data, ".backup-*"));
        var restored = Path.Combine(_folder.Path, "restored");
        Assert.Equal(0, (await DagProcess.RunAsync("restore", Archive, "--data", restored)).Exit);
        await CheckAsync(restored, waiting);
    }

    [Fact]
    public async Task A_restore_that_is_killed_is_done_again_or_carried_to_its_end()
    {
        string waiting;
        await using (var test = await TestServer.StartAsync(folder: Data))
        {
            waiting = await BackupSample.FillAsync(test, _folder);
            await Junk();
            Assert.Equal(0, await BackupVerb.BackUpAsync(Data, Archive, TextWriter.Null, Token));
        }

        string[] moments = [".restoring/files", ".restoring/files/metadata.db", ".restoring/files/lake", ".restoring/files/models", ".restoring/decided", "lake", "metadata.db"];
        foreach (var moment in moments)
        {
            var restored = Path.Combine(_folder.Path, $"restored-{Array.IndexOf(moments, moment)}");
            using (var restore = DagProcess.Start("restore", Archive, "--data", restored))
            {
                while (!Path.Exists(Path.Combine(restored, moment)) && !Path.Exists(Path.Combine(restored, "metadata.db")))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Token);
                }

                restore.Signal("KILL");
                await restore.ExitAsync();
            }

            try
            {
                await RestoreVerb.RestoreAsync(Archive, new DagHostOptions { DataFolder = restored }, replace: false, TextWriter.Null, Token);
            }
            catch (UsageException e)
            {
                // It was over before the signal came.
                Assert.Contains("is not empty", e.Message, StringComparison.Ordinal);
            }

            await CheckAsync(restored, waiting);
        }
    }

    // Large enough that an archive does not fit into what lies between two ends of a connection.
    private async Task Junk()
    {
        var junk = new byte[32 << 20];
        Random.Shared.NextBytes(junk);
        await File.WriteAllBytesAsync(Path.Combine(Data, "lake", "numbers", "1", "rejects.jsonl"), junk, Token);
    }

    private async Task<string> PublishAsync(ServedFolder service)
    {
        var csv = _folder.Write("rows.csv", "a,b\n" + string.Concat(Enumerable.Range(1, 200).Select(i => $"{i},{i % 7}\n")));
        await service.PublishAsync(FlowJson.Sequence("convert", BackupSample.Convert("one", csv), FlowJson.WriteLine("w", "done")));
        await service.PublishAsync(FlowJson.Sequence("quick", FlowJson.WriteLine("a", "1"), FlowJson.Delay("d", "00:00:00.05"), FlowJson.WriteLine("b", "2")));
        await service.PublishAsync(FlowJson.Sequence("waiting", FlowJson.WriteLine("a", "before"), FlowJson.Event("e", "Go"), FlowJson.WriteLine("b", "after")));
        await service.UntilAsync(await service.StartRunAsync("convert"), "Finished");
        await Junk();
        var waiting = await service.StartRunAsync("waiting");
        await service.UntilAsync(waiting, "Suspended");
        return waiting;
    }

    private static async Task<int> LoadAsync(ServedFolder service, CancellationToken cancellationToken)
    {
        var started = 0;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await service.StartRunAsync(started % 10 == 0 ? "convert" : "quick");
                started++;
            }
        }
        catch (HttpRequestException)
        {
            // It has been killed.
        }

        return started;
    }

    private static async Task<HttpResponseMessage> BeginBackupAsync(ServedFolder service)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/backup") { Content = TestServer.Json("{}") };
        var response = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        var body = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(Token);
        await body.ReadExactlyAsync(new byte[1000], Token);
        return response;
    }

    // Every run that was going on comes to its end, the one that waited goes on, and all that is published can be read.
    private static async Task CheckAsync(string data, string waiting)
    {
        await using var test = await TestServer.StartAsync(folder: data);
        if ((await test.Engine.FindRunAsync(waiting, Token))!.SubStatus == "Suspended")
        {
            (await test.PostAsync("/api/v1/events/Go", "{}")).EnsureSuccessStatusCode();
        }

        await test.WaitAsync(waiting, "Finished");
        Assert.Equal(["before", "after"], (await test.Engine.ReportAsync(waiting, Token))!.Lines);
        foreach (var run in (await test.Engine.ListRunsAsync(new RunFilter { Take = int.MaxValue }, Token)).Runs)
        {
            await test.WaitAsync(run.Id, "Finished");
        }

        var (datasets, _) = await BackupSample.ReadAllAsync(test.Server.Services);
        Assert.True(datasets > 0);
    }
}
