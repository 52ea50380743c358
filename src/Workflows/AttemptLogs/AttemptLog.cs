using System.Globalization;
using System.Text.Json;
using Dag.Workflows.Activities;
using Dag.Workflows.Running;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.AttemptLogs;

/// <summary>
/// The log of one attempt while it is executed. Whatever it is told, it neither waits nor throws: lines are handed to the writer, and
/// those that there is no room for are counted.
/// </summary>
internal sealed class AttemptLog(
    AttemptLogWriter writer, AttemptLogOptions options, TimeProvider clock, SecretMask mask, string runId, string activityId, long execution, int attempt)
{
    private const int TailBytes = 64 << 10;
    private const int LongestText = 32 << 10;
    private static readonly TimeSpan BetweenProgress = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _tail = new();
    private int _tailBytes;
    private long _bytes;
    private long _cutLines;
    private long _cutBytes;
    private long _droppedLines;
    private string? _lastProgress;
    private string? _heldProgress;
    private long _progressAt;
    private bool _hasEnded;

    /// <summary>A message of a logger.</summary>
    public void Log(LogLevel level, string category, string message, Exception? exception) =>
        Write(LogLineKind.Log, level, category, message, exception?.ToString());

    /// <summary>A report of progress: what it says anew, at most once a second, and always the last word.</summary>
    public void Progress(WorkProgress progress)
    {
        if (progress.Message is not { } message)
        {
            return;
        }

        lock (_gate)
        {
            if (message == _lastProgress)
            {
                _heldProgress = null;
                return;
            }

            if (_lastProgress is not null && clock.GetElapsedTime(_progressAt) < BetweenProgress)
            {
                _heldProgress = message;
                return;
            }

            _lastProgress = message;
            _heldProgress = null;
            _progressAt = clock.GetTimestamp();
        }

        Write(LogLineKind.Progress, LogLevel.Information, null, message, null);
    }

    /// <summary>Says what was left out. What comes later, from something that the attempt left behind, is not the attempt's.</summary>
    public void End()
    {
        if (_heldProgress is { } held)
        {
            Write(LogLineKind.Progress, LogLevel.Information, null, held, null);
        }

        lock (_gate)
        {
            _hasEnded = true;
            if (_cutLines > 0)
            {
                var kept = _tail.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $" Its last {_tail.Count:N0} lines follow.") : "";
                Note(string.Create(CultureInfo.InvariantCulture, $"{_cutLines - _tail.Count:N0} lines ({_cutBytes - _tailBytes:N0} bytes) were left out.{kept}"));
                foreach (var line in _tail)
                {
                    Keep(line);
                }

                _tail.Clear();
            }

            if (_droppedLines > 0)
            {
                Note(string.Create(CultureInfo.InvariantCulture, $"{_droppedLines:N0} lines were dropped, because they came faster than the disk takes them."));
            }
        }
    }

    private static string? Shorten(string? text) => text is null || text.Length <= LongestText
        ? text
        : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, LongestText)}… ({text.Length - LongestText:N0} more characters)");

    private void Write(LogLineKind kind, LogLevel level, string? category, string message, string? exception)
    {
        var line = Encode(kind, level, category, message, exception);
        lock (_gate)
        {
            if (_hasEnded)
            {
                return;
            }

            if (_cutLines == 0 && _bytes + line.Length <= options.AttemptBytes)
            {
                _bytes += line.Length;
                Keep(line);
                return;
            }

            if (_cutLines == 0)
            {
                Note(string.Create(
                    CultureInfo.InvariantCulture, $"The log of this attempt is cut here, at {options.AttemptBytes:N0} bytes. What follows is counted; its last lines are kept."));
            }

            Cut(line);
        }
    }

    private void Cut(byte[] line)
    {
        _cutLines++;
        _cutBytes += line.Length;
        _tail.Enqueue(line);
        _tailBytes += line.Length;
        while (_tailBytes > TailBytes && _tail.TryDequeue(out var oldest))
        {
            _tailBytes -= oldest.Length;
        }
    }

    private void Keep(byte[] line)
    {
        if (!writer.TryWrite(runId, line, isNote: false))
        {
            _droppedLines++;
        }
    }

    private void Note(string message) => writer.TryWrite(runId, Encode(LogLineKind.Note, LogLevel.Warning, null, message, null), isNote: true);

    private byte[] Encode(LogLineKind kind, LogLevel level, string? category, string message, string? exception) => JsonSerializer.SerializeToUtf8Bytes(
        new LogLine
        {
            At = clock.GetUtcNow(),
            Kind = kind,
            Level = level,
            Activity = activityId,
            Execution = execution,
            Attempt = attempt,
            Category = category,
            Message = Shorten(mask.Apply(message))!,
            Exception = Shorten(mask.Apply(exception)),
        },
        LogLine.Json);
}
