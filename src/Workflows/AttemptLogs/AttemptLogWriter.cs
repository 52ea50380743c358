using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Dag.Workflows.Running;
using Dag.Workflows.Telemetry;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.AttemptLogs;

/// <summary>
/// Writes the logs of attempts behind them. Lines wait in memory and go to disk together, as soon as the disk has taken those before
/// them; a disk that is slow or full costs lines, which the log then says, and never an attempt.
/// </summary>
internal sealed partial class AttemptLogWriter : IAsyncDisposable
{
    private const int LinesPerWrite = 1000;

    // Of so many runs it is remembered what they lack.
    private const int MostLosses = 10_000;
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenComplaints = TimeSpan.FromMinutes(1);

    private readonly Channel<Pending> _queue = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<string, Loss> _losses = [];
    private readonly HashSet<string> _full = [];
    private readonly AttemptLogOptions _options;
    private readonly TimeProvider _clock;
    private readonly SecretMask _mask;
    private readonly Func<ILogger> _logger;
    private readonly Counter<long> _lost;
    private readonly Task _writing;
    private long _waitingBytes;
    private long? _complainedAt;

    /// <summary>Starts to write, unless no folder is named.</summary>
    /// <param name="options">Where and how much.</param>
    /// <param name="clock">Dates the lines.</param>
    /// <param name="mask">Hides secrets.</param>
    /// <param name="meter">Counts lines that are lost.</param>
    /// <param name="logger">Told of a disk that does not take lines; asked for then, as loggers need this first.</param>
    public AttemptLogWriter(AttemptLogOptions options, TimeProvider clock, SecretMask mask, DagMeter meter, Func<ILogger> logger)
    {
        _options = options;
        _clock = clock;
        _mask = mask;
        _logger = logger;
        _lost = meter.Meter.CreateCounter<long>("dag.attempt_log.lines_lost", "{line}", "Lines of attempts' logs that the disk did not take, or not fast enough.");
        using (ExecutionContext.SuppressFlow())
        {
            _writing = options.Folder is null ? Task.CompletedTask : Task.Run(WriteAllAsync);
        }
    }

    /// <summary>The log of an attempt that begins; null when none is kept.</summary>
    public AttemptLog? Open(string runId, string activityId, long execution, int attempt) =>
        _options.Folder is null ? null : new AttemptLog(this, _options, _clock, _mask, runId, activityId, execution, attempt);

    /// <summary>Takes a line to be written; false when too much waits already. Notes, which are few, are always taken.</summary>
    public bool TryWrite(string runId, byte[] line, bool isNote)
    {
        if (Interlocked.Add(ref _waitingBytes, line.Length) > _options.BufferBytes && !isNote)
        {
            Interlocked.Add(ref _waitingBytes, -line.Length);
            _lost.Add(1);
            return false;
        }

        return _queue.Writer.TryWrite(new Pending(runId, line, null));
    }

    /// <summary>Completes when all lines that were taken before are on disk, or lost.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_options.Folder is not null && _queue.Writer.TryWrite(new Pending("", [], written)))
        {
            await written.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Writes what waits, for a few seconds at the most.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writing.WaitAsync(LastPatience, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WriteAllAsync()
    {
        var byRun = new Dictionary<string, List<byte[]>>();
        var waiting = new List<TaskCompletionSource>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            var bytes = 0L;
            for (var count = 0; count < LinesPerWrite && _queue.Reader.TryRead(out var pending); count++)
            {
                if (pending.Written is { } written)
                {
                    waiting.Add(written);
                    continue;
                }

                bytes += pending.Line.Length;
                byRun.TryAdd(pending.RunId, []);
                byRun[pending.RunId].Add(pending.Line);
            }

            foreach (var (runId, lines) in byRun)
            {
                Append(runId, lines);
            }

            Interlocked.Add(ref _waitingBytes, -bytes);
            byRun.Clear();
            waiting.ForEach(w => w.TrySetResult());
            waiting.Clear();
        }
    }

    private void Append(string runId, List<byte[]> lines)
    {
        if (_full.Contains(runId))
        {
            return;
        }

        var length = -1L;
        FileStream? file = null;
        try
        {
            Directory.CreateDirectory(_options.Folder!);
            file = new FileStream(
                AttemptLogFiles.Of(_options.Folder!, runId), FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            length = file.Position;
            file.Write(Compose(runId, lines, length));
            _losses.Remove(runId);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TakeBack(file, length);
            Lose(runId, lines.Count, e);
        }
        finally
        {
            file?.Dispose();
        }
    }

    private byte[] Compose(string runId, List<byte[]> lines, long length)
    {
        using var text = new MemoryStream();
        if (_losses.TryGetValue(runId, out var loss))
        {
            Put(text, Note(string.Create(CultureInfo.InvariantCulture, $"{loss.Lines:N0} lines are missing here, which the disk did not take: {loss.Reason}")));
        }

        foreach (var line in lines)
        {
            if (length + text.Length + line.Length > _options.RunBytes)
            {
                _full.Add(runId);
                Put(text, Note(string.Create(CultureInfo.InvariantCulture, $"The log of this run ends here, at {_options.RunBytes:N0} bytes.")));
                break;
            }

            Put(text, line);
        }

        return text.ToArray();
    }

    private static void Put(MemoryStream text, byte[] line)
    {
        text.Write(line);
        text.WriteByte((byte)'\n');
    }

    private byte[] Note(string message) => JsonSerializer.SerializeToUtf8Bytes(
        new LogLine { At = _clock.GetUtcNow(), Kind = LogLineKind.Note, Level = LogLevel.Warning, Message = message }, LogLine.Json);

    // Half a line would spoil the next one.
    private static void TakeBack(FileStream? file, long length)
    {
        try
        {
            if (file is not null && length >= 0)
            {
                file.SetLength(length);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A reader passes over what is no line.
        }
    }

    private void Lose(string runId, int lines, Exception reason)
    {
        _lost.Add(lines);
        if (_losses.Count >= MostLosses)
        {
            _losses.Clear();
        }

        _losses[runId] = new Loss((_losses.GetValueOrDefault(runId)?.Lines ?? 0) + lines, reason.Message);
        if (_complainedAt is not { } last || _clock.GetElapsedTime(last) >= BetweenComplaints)
        {
            _complainedAt = _clock.GetTimestamp();
            LogLost(_logger(), reason, _options.Folder!);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Lines of attempts cannot be written to {Folder} and are lost; runs are not affected.")]
    private static partial void LogLost(ILogger logger, Exception exception, string folder);

    private readonly record struct Pending(string RunId, byte[] Line, TaskCompletionSource? Written);

    private sealed record Loss(long Lines, string Reason);
}
