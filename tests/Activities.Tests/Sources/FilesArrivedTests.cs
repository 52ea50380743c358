using System.Collections.Concurrent;
using Dag.Activities.Sources;
using Dag.Tests;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Activities.Tests.Sources;

public sealed class FilesArrivedTests : IAsyncDisposable
{
    private readonly SourceOptions _options = new();
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly ConcurrentQueue<string?> _problems = new();
    private CancellationTokenSource _end = new();
    private Task _listening = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _end.Dispose();
        _folder.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task Files_start_one_run_each_oldest_first_and_by_name_when_of_one_age()
    {
        Write("c.csv", minute: 1);
        Write("b.csv", minute: 2);
        Write("a.csv", minute: 2);
        Write("note.txt", minute: 0);
        var context = Listen(new(_options, NullLogger<FilesArrived>.Instance) { Folder = _folder.FullName, Pattern = "*.csv" });

        var firings = await NextAsync(context, 3);

        Assert.Equal(["c.csv", "a.csv", "b.csv"], firings.Select(f => Path.GetFileName((string)f.Outputs[nameof(FilesArrived.File)]!)));
        Assert.All(firings, f => Assert.Equal(_folder.FullName, f.Outputs[nameof(FilesArrived.WatchedFolder)]));
        Assert.All(firings, f => Assert.Single(Assert.IsType<string[]>(f.Outputs[nameof(FilesArrived.Files)])));
    }

    [Fact(Timeout = 60_000)]
    public async Task All_ready_files_start_one_run_when_asked_for()
    {
        Write("b.csv", minute: 1);
        Write("a.csv", minute: 2);
        var context = Listen(new(_options, NullLogger<FilesArrived>.Instance) { Folder = _folder.FullName, Batching = FileBatching.OneRunForAll });

        var firing = Assert.Single(await NextAsync(context, 1));

        Assert.Equal([Full("b.csv"), Full("a.csv")], Assert.IsType<string[]>(firing.Outputs[nameof(FilesArrived.Files)]));
        Assert.Equal(Full("b.csv"), firing.Outputs[nameof(FilesArrived.File)]);
        Assert.Equal(2, firing.Keys.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task When_another_firing_takes_one_of_several_files_the_others_still_start_a_run()
    {
        Write("a.csv", minute: 1);
        Write("b.csv", minute: 2);
        var context = new RecordingTriggerContext { Scope = "test", TimeProvider = _clock };
        context.BeforeFiring = firing =>
        {
            context.Used.Add(firing.Keys[0]);
            context.BeforeFiring = null;
        };
        Listen(new(_options, NullLogger<FilesArrived>.Instance) { Folder = _folder.FullName, Batching = FileBatching.OneRunForAll }, context);

        Assert.Equal([Full("b.csv")], Assert.IsType<string[]>(Assert.Single(await NextAsync(context, 1)).Outputs[nameof(FilesArrived.Files)]));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_is_used_once_over_a_restart_and_again_with_new_content()
    {
        Write("a.csv", minute: 1);
        var first = Listen(new(_options, NullLogger<FilesArrived>.Instance) { Folder = _folder.FullName });
        await NextAsync(first, 1);
        await StopAsync();
        _end = new CancellationTokenSource();

        Write("b.csv", minute: 2);
        var second = Listen(new(_options, NullLogger<FilesArrived>.Instance) { Folder = _folder.FullName }, first.Used);
        Assert.EndsWith("b.csv", (string)Assert.Single(await NextAsync(second, 1)).Outputs[nameof(FilesArrived.File)]!);

        Write("a.csv", minute: 3);
        Assert.EndsWith("a.csv", (string)Assert.Single(await NextAsync(second, 1)).Outputs[nameof(FilesArrived.File)]!);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_folder_that_is_missing_or_vanishes_is_named_and_its_files_are_found_when_it_is_back()
    {
        var inbox = Full("inbox");
        var context = Listen(new(_options, NullLogger<FilesArrived>.Instance) { Folder = inbox });
        await UntilAsync(() => _problems.Count == 1);
        Assert.Equal($"The folder '{inbox}' does not exist. Create it, or correct 'folder'; it is looked for again and again.", _problems.Last());

        Write("inbox/a.csv", minute: 1);
        await NextAsync(context, 1);
        Assert.Null(_problems.Last());

        Directory.Delete(inbox, recursive: true);
        await UntilAsync(() => _problems.Count == 3);
        Write("inbox/b.csv", minute: 2);
        await NextAsync(context, 1);
        Assert.Equal(4, _problems.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_in_the_folders_place_is_named()
    {
        Write("inbox", minute: 1);
        Listen(new(_options, NullLogger<FilesArrived>.Instance) { Folder = Full("inbox") });

        await UntilAsync(() => !_problems.IsEmpty);

        Assert.Equal($"'{Full("inbox")}' is a file. Set 'folder' to the folder that files arrive in.", _problems.Last());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_that_its_writer_still_holds_open_waits_without_holding_up_others()
    {
        Write("a.csv", minute: 1);
        Write("b.csv", minute: 2);
        var context = new RecordingTriggerContext { Scope = "test", TimeProvider = _clock };
        using (new FileStream(Full("a.csv"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Listen(new(_options, NullLogger<FilesArrived>.Instance) { Folder = _folder.FullName }, context);
            Assert.EndsWith("b.csv", (string)Assert.Single(await NextAsync(context, 1)).Outputs[nameof(FilesArrived.File)]!);
        }

        Assert.EndsWith("a.csv", (string)Assert.Single(await NextAsync(context, 1)).Outputs[nameof(FilesArrived.File)]!);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_relative_folder_lies_in_the_data_folder()
    {
        Write("inbox/a.csv", minute: 1);
        _options.Folder = _folder.FullName;
        var context = Listen(new(_options, NullLogger<FilesArrived>.Instance) { Folder = "inbox" });
        Assert.Equal(Full("inbox/a.csv"), Assert.Single(await NextAsync(context, 1)).Outputs[nameof(FilesArrived.File)]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Thousands_of_files_at_once_are_asked_about_once_each()
    {
        for (var i = 0; i < 1_200; i++)
        {
            _folder.Write($"f{i:0000}.csv", "1");
        }

        var context = Listen(new(_options, NullLogger<FilesArrived>.Instance) { Folder = _folder.FullName, StableFor = TimeSpan.Zero });
        var firings = await NextAsync(context, 1_200);

        Assert.Equal(1_200, firings.SelectMany(f => f.Keys).Distinct().Count());
        Assert.Equal(1_200, context.KeysAsked);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_operating_systems_hint_is_enough_without_polling()
    {
        var context = Listen(new(_options, NullLogger<FilesArrived>.Instance) { Folder = _folder.FullName, StableFor = TimeSpan.Zero, PollInterval = TimeSpan.FromDays(1) });
        _clock.Advance(TimeSpan.FromSeconds(1));

        // The clock never comes near the poll interval; the watcher may start at any moment, so files keep coming until one is seen.
        var next = context.NextAsync(TestContext.Current.CancellationToken).AsTask();
        for (var i = 0; !next.IsCompleted; i++)
        {
            _folder.Write($"f{i % 50}.csv", $"{i}");
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        Assert.NotEmpty((await next).Keys);
    }

    private RecordingTriggerContext Listen(FilesArrived activity, HashSet<string>? used = null) =>
        Listen(activity, new RecordingTriggerContext(used) { Scope = "test", TimeProvider = _clock, ProblemSink = _problems.Enqueue });

    private RecordingTriggerContext Listen(FilesArrived activity, RecordingTriggerContext context)
    {
        var token = _end.Token;
        _listening = Task.Run(() => activity.ListenAsync(context, token));
        return context;
    }

    private async Task StopAsync()
    {
        await _end.CancelAsync();
        await _listening.ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.False(_listening.IsFaulted, _listening.Exception?.ToString());
    }

    private async Task<TriggerFiring[]> NextAsync(RecordingTriggerContext context, int count)
    {
        var firings = new List<TriggerFiring>();
        while (firings.Count < count)
        {
            var next = context.NextAsync(TestContext.Current.CancellationToken).AsTask();
            await UntilAsync(() => next.IsCompleted);
            firings.Add(await next);
        }

        return [.. firings];
    }

    // Turns the clock until the listener, which lives in its own task, has got there.
    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await _clock.AdvanceToNextTimerAsync(TestContext.Current.CancellationToken);
        }
    }

    private string Full(string name) => Path.Combine(_folder.FullName, name);

    private void Write(string name, int minute) =>
        File.SetLastWriteTimeUtc(_folder.Write(name, $"content {minute}"), new DateTime(2026, 1, 1, 0, minute, 0, DateTimeKind.Utc));
}
