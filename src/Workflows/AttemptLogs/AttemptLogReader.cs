using System.Runtime.CompilerServices;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;

namespace Dag.Workflows.AttemptLogs;

/// <summary>
/// Reads the log of a run: what its activities logged and how far they said they were, from the files of this node, and, from the
/// run's history, when attempts began and how they ended, and what WriteLine wrote.
/// </summary>
public sealed class AttemptLogReader
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    private readonly AttemptLogOptions _options;
    private readonly AttemptLogWriter _writer;
    private readonly IRunLog _log;
    private readonly RunLoader _loader;
    private readonly TimeProvider _clock;

    internal AttemptLogReader(AttemptLogOptions options, AttemptLogWriter writer, IRunLog log, RunLoader loader, TimeProvider clock)
    {
        _options = options;
        _writer = writer;
        _log = log;
        _loader = loader;
        _clock = clock;
    }

    /// <summary>The lines that there are, by time.</summary>
    /// <param name="runId">The run; one that is not there has no lines.</param>
    /// <param name="filter">Which lines.</param>
    /// <param name="after">Where an earlier reading ended; the default is the beginning.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<LogLine> ReadAsync(
        string runId, LogFilter filter, LogPosition after = default, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await _writer.FlushAsync(cancellationToken);
        await foreach (var line in TailOf(runId, after).NextAsync(cancellationToken))
        {
            if (filter.Matches(line))
            {
                yield return line;
            }
        }
    }

    /// <summary>As <see cref="ReadAsync"/>, and goes on with what comes, within a quarter of a second, until the run is over.</summary>
    public async IAsyncEnumerable<LogLine> FollowAsync(
        string runId, LogFilter filter, LogPosition after = default, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var tail = TailOf(runId, after);
        var wasOver = false;
        while (true)
        {
            var isOver = await _log.FindRunAsync(runId, cancellationToken) is not { FinishedAt: null };
            if (isOver)
            {
                await _writer.FlushAsync(cancellationToken);
            }

            await foreach (var line in tail.NextAsync(cancellationToken))
            {
                if (filter.Matches(line))
                {
                    yield return line;
                }
            }

            if (wasOver)
            {
                yield break;
            }

            // Once more after the end: another process, or an attempt that was told to stop, may still have a last word.
            wasOver = isOver;
            await Task.Delay(Beat, _clock, cancellationToken);
        }
    }

    private RunLogTail TailOf(string runId, LogPosition after) =>
        new(runId, _options.Folder is { } folder ? AttemptLogFiles.Of(folder, runId) : null, _log, _loader, after);
}
