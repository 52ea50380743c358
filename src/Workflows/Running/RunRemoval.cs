using System.Threading.Channels;
using Dag.Workflows.RunLog;

namespace Dag.Workflows.Running;

/// <summary>Deletes runs with all that is their own. One that still goes on is cancelled first, and deleted when it has stopped.</summary>
internal sealed class RunRemoval(DagEngine engine, IRunLog log, TimeProvider clock)
{
    // Runs of other nodes are not heard of here.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    /// <summary>How long runs are given to stop. Default: 10 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Deletes these runs; ids of none are left out.</summary>
    /// <param name="runIds">The runs.</param>
    /// <param name="reason">What is said of those that have to be cancelled.</param>
    /// <param name="cancellationToken">Ends the waiting; what is deleted then stays so.</param>
    /// <returns>How many are deleted, and those that were told to stop and have not done so in time.</returns>
    public async Task<Removal> RemoveAsync(IReadOnlyList<string> runIds, string reason, CancellationToken cancellationToken)
    {
        var ends = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var listening = engine.Feed.Listen(notice =>
        {
            if (notice is RunChanged { Run.FinishedAt: not null })
            {
                ends.Writer.TryWrite(true);
            }
        });
        var deleted = 0;
        var left = runIds.Distinct().ToList();
        foreach (var runId in left.ToArray())
        {
            if (await log.FindRunAsync(runId, cancellationToken) is not { } run)
            {
                left.Remove(runId);
            }
            else if (run.FinishedAt is null)
            {
                await engine.CancelRunAsync(runId, reason, cancellationToken);
            }
        }

        for (var until = clock.GetUtcNow() + Patience; ;)
        {
            foreach (var runId in left.ToArray())
            {
                if (await log.DeleteRunAsync(runId, cancellationToken))
                {
                    deleted++;
                    left.Remove(runId);
                }
                else if (await log.FindRunAsync(runId, cancellationToken) is null)
                {
                    left.Remove(runId);
                }
            }

            if (left.Count == 0 || clock.GetUtcNow() >= until)
            {
                return new Removal(deleted, left);
            }

            await Task.WhenAny(ends.Reader.WaitToReadAsync(cancellationToken).AsTask(), Task.Delay(LookAgain, clock, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            ends.Reader.TryRead(out _);
        }
    }
}

/// <summary>What became of runs that were to be deleted.</summary>
/// <param name="Deleted">How many are deleted.</param>
/// <param name="GoingOn">Those that were told to stop and have not done so in time.</param>
internal sealed record Removal(int Deleted, IReadOnlyList<string> GoingOn);
