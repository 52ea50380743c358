using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Dag.Workflows.Graph;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Dag.Workflows.Runs;

namespace Dag.Workflows.AttemptLogs;

/// <summary>Reads the log of one run piece by piece: each pass gives what came since the last one, from the file and the history, by time.</summary>
internal sealed class RunLogTail(string runId, string? file, IRunLog log, RunLoader loader, LogPosition after)
{
    private readonly Queue<LogLine> _told = new();
    private readonly long _toldBefore = after.Sequence;
    private LogPosition _position = after;
    private long _offset = after.Offset;
    private long _sequence;
    private WorkflowGraph? _graph;
    private HistoryLines? _history;

    /// <summary>What came since the last pass.</summary>
    public async IAsyncEnumerable<LogLine> NextAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ReadHistoryAsync(cancellationToken);
        await foreach (var line in ReadFileAsync(cancellationToken))
        {
            while (_told.TryPeek(out var earlier) && earlier.At <= line.At)
            {
                yield return Tell(_told.Dequeue());
            }

            _position = _position with { Offset = _offset };
            yield return line with { Position = _position };
        }

        while (_told.TryDequeue(out var rest))
        {
            yield return Tell(rest);
        }
    }

    private LogLine Tell(LogLine told)
    {
        _position = _position with { Sequence = told.Position.Sequence };
        return told with { Position = _position };
    }

    private async Task ReadHistoryAsync(CancellationToken cancellationToken)
    {
        await foreach (var batch in log.ReadBatchesAsync(runId, _sequence, cancellationToken))
        {
            _graph ??= await loader.GraphOfRunAsync(runId, batch, cancellationToken);
            _history ??= new HistoryLines(_graph);
            foreach (var e in EventReader.Read(batch.Events, _graph))
            {
                _sequence++;
                if (_history.Follow(e) is { } line && _sequence > _toldBefore)
                {
                    _told.Enqueue(line with { Position = new LogPosition(0, _sequence) });
                }
            }
        }
    }

    private async IAsyncEnumerable<LogLine> ReadFileAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = Open();
        if (stream is null)
        {
            yield break;
        }

        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 << 10, leaveOpen: true));
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                var text = buffer.Slice(0, end);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                _offset += text.Length + 1;
                if (Parse(text) is { } line)
                {
                    yield return line;
                }
            }

            // What has no end yet is read with the next pass.
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        await reader.CompleteAsync();
    }

    private FileStream? Open()
    {
        try
        {
            if (file is null)
            {
                return null;
            }

            var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
            stream.Seek(_offset, SeekOrigin.Begin);
            return stream;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static LogLine? Parse(ReadOnlySequence<byte> text)
    {
        try
        {
            var json = new Utf8JsonReader(text);
            return JsonSerializer.Deserialize<LogLine>(ref json, LogLine.Json);
        }
        catch (JsonException)
        {
            // Left by a process that died while it wrote.
            return null;
        }
    }
}
