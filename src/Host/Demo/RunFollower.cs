using System.Threading.Channels;
using Dag.Workflows.Publishing;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;

namespace Dag.Host.Demo;

/// <summary>Shows runs as they go, from the engine's feed.</summary>
internal sealed class RunFollower(ChannelReader<RunNotice> notices, IServiceProvider services, DemoTerminal terminal)
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<string> _over = [];
    private readonly HashSet<string> _notesShown = [];
    private Task<bool>? _reading;

    /// <summary>The messages that were sent, in order.</summary>
    public List<string> Messages { get; } = [];

    /// <summary>Follows the one run that a file starts, to its end.</summary>
    /// <exception cref="DemoFailedException">It did not start or end in time, or did not go well.</exception>
    public async Task FollowOneAsync(string file, TimeSpan patience, CancellationToken cancellationToken)
    {
        var display = new RunDisplay(terminal, file, _notesShown, Messages);
        var began = terminal.Clock.GetTimestamp();
        while (display.Ended is null)
        {
            if (terminal.Clock.GetElapsedTime(began) > patience)
            {
                throw new DemoFailedException(
                    $"{file} has not been worked off after {patience.TotalSeconds:0} s. {display.WaitsFor}{Problems()} The logs are in the folder logs.");
            }

            display.Beat();
            await NextAsync(display.Show, cancellationToken);
        }

        await CheckAsync(display.Ended, file, cancellationToken);
    }

    /// <summary>Follows whatever runs until it is cancelled.</summary>
    public async Task FollowAllAsync(CancellationToken cancellationToken)
    {
        RunDisplay? display = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                display?.Beat();
                await NextAsync(
                    notice =>
                    {
                        display ??= Begin();
                        display.Show(notice);
                        display = display.Ended is null ? display : null;
                    },
                    cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private RunDisplay Begin()
    {
        terminal.Line();
        return new RunDisplay(terminal, "a file", _notesShown, Messages);
    }

    // At least every beat, so that what moves is seen to move.
    private async Task NextAsync(Action<RunNotice> show, CancellationToken cancellationToken)
    {
        _reading ??= notices.WaitToReadAsync(CancellationToken.None).AsTask();
        await Task.WhenAny(_reading, Task.Delay(Beat, terminal.Clock, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (!_reading.IsCompleted)
        {
            return;
        }

        _reading = null;
        while (notices.TryRead(out var notice))
        {
            // What a run tells after its end, such as a late report of progress, is no new run.
            if (_over.Contains(notice.Run.Id))
            {
                continue;
            }

            show(notice);
            if (notice is RunChanged { Run.FinishedAt: not null })
            {
                _over.Add(notice.Run.Id);
                return;
            }
        }
    }

    private async Task CheckAsync(RunSummary ended, string file, CancellationToken cancellationToken)
    {
        var report = (await services.GetRequiredService<DagEngine>().ReportAsync(ended.Id, cancellationToken))!;
        if (report.SubStatus != "Finished")
        {
            throw new DemoFailedException($"The run for {file} ended as {report.SubStatus}. {string.Join(" ", report.Incidents.Select(i => $"{i.ActivityId}: {i.Message}"))}");
        }

        if (report.Executions.FirstOrDefault(e => e.Outcomes?.Contains("Failed") == true) is { } failed)
        {
            throw new DemoFailedException($"{failed.ActivityId} failed on {file}: {failed.Outputs.GetValueOrDefault("Error")}");
        }
    }

    private string Problems() => string.Concat(
        services.GetRequiredService<WorkflowPublisher>().ListTriggers().Where(t => t.Problem is not null).Select(t => $" {t.ActivityId}: {t.Problem}"));
}
