using System.Buffers;
using System.Text.Json;
using Dag.Workflows.Composition;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Values;

namespace Dag.Workflows.Runs;

/// <summary>
/// Writes events as a JSON array, one batch. Each has a type <c>t</c>; members have short names and are left out when they are empty.
/// A type whose meaning changes gets a new name; a reader knows every name that was ever written.
/// </summary>
internal sealed class EventWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _writer;

    public EventWriter() => _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });

    /// <summary>The bytes of a batch.</summary>
    public byte[] Write(IReadOnlyList<RunEvent> events)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        _writer.WriteStartArray();
        for (var i = 0; i < events.Count; i++)
        {
            Write(events[i]);
        }

        _writer.WriteEndArray();
        _writer.Flush();
        var batch = GC.AllocateUninitializedArray<byte>(_buffer.WrittenCount);
        _buffer.WrittenSpan.CopyTo(batch);
        return batch;
    }

    public void Dispose() => _writer.Dispose();

    private void Write(RunEvent e)
    {
        _writer.WriteStartObject();
        _writer.WriteString(EventNames.Type, EventNames.Of(e));
        _writer.WriteNumber(EventNames.At, e.At.UtcTicks);
        if (e is ExecutionEvent execution)
        {
            _writer.WriteNumber(EventNames.Execution, execution.Execution);
        }

        switch (e)
        {
            case ExecutionCompleted completed:
                WriteTexts(EventNames.Outcomes, completed.Outcomes);
                WriteValues(EventNames.Inputs, completed.Inputs);
                WriteValues(EventNames.Outputs, completed.Outputs);
                if (completed.Lingers)
                {
                    _writer.WriteBoolean(EventNames.Lingers, true);
                }

                WriteChanges(completed.Changes);
                break;
            case ExecutionStarted started:
                WriteValues(EventNames.Inputs, started.Inputs);
                WriteBookmark(started.Bookmark);
                WriteChanges(started.Changes);
                break;
            case ExecutionFaulted faulted:
                WriteIncident(faulted);
                WriteChanges(faulted.Changes);
                break;
            case ExecutionFailed failed:
                WriteChanges(failed.Changes);
                break;
            case WorkQueued queued:
                WriteValues(EventNames.Inputs, queued.Inputs);
                WriteChanges(queued.Changes);
                break;
            case AttemptStarted attempt:
                _writer.WriteNumber(EventNames.Attempt, attempt.Attempt);
                break;
            case PortEntered entered:
                _writer.WriteString("port", entered.Port);
                WriteValues(EventNames.Outputs, entered.Outputs);
                WriteChanges(entered.Changes);
                break;
            case ChildReported reported:
                _writer.WriteString("run", reported.Child);
                _writer.WriteString(EventNames.SubStatus, reported.SubStatus.ToString());
                WriteChanges(reported.Changes);
                break;
            case AttemptFailed attempt:
                _writer.WriteNumber(EventNames.Attempt, attempt.Attempt);
                _writer.WriteString(EventNames.Message, attempt.Error);
                _writer.WriteNumber(EventNames.Due, attempt.RetryAt.UtcTicks);
                break;
            case AttemptLost attempt:
                _writer.WriteNumber(EventNames.Attempt, attempt.Attempt);
                break;
            case AttemptReturned attempt:
                _writer.WriteNumber(EventNames.Attempt, attempt.Attempt);
                break;
            case RunStarted started:
                Write(started);
                break;
            case RunFinished finished:
                _writer.WriteString(EventNames.SubStatus, finished.SubStatus.ToString());
                WriteText(EventNames.Message, finished.Reason);
                break;
            case RunReopened reopened:
                _writer.WriteNumber(EventNames.Generation, reopened.Generation);
                WriteNumbers(EventNames.Cleared, [.. reopened.Cleared]);
                break;
        }

        _writer.WriteEndObject();
    }

    private void Write(RunStarted started)
    {
        _writer.WriteString("definition", started.DefinitionId);
        _writer.WriteString("versionId", started.DefinitionVersionId);
        _writer.WriteNumber("version", started.Version);
        _writer.WriteString("workflow", started.WorkflowName);
        _writer.WriteString("hash", started.DefinitionHash);
        WriteUses(started.Uses);
        WriteText("correlation", started.CorrelationId);
        WriteText("trigger", started.TriggerActivityId);
        WriteText("trace", started.TraceParent);
        if (started.Parent is { } parent)
        {
            _writer.WriteString("parent", parent.RunId);
            _writer.WriteNumber("parentExecution", parent.Execution);
            _writer.WriteString("reports", parent.Reports.ToString());
        }

        if (started.Mode == FlowchartMode.Token)
        {
            _writer.WriteString("mode", "token");
        }

        WriteValues(EventNames.Inputs, [.. started.Input]);
        if (started.TriggerOutputs is not null)
        {
            WriteValues(EventNames.Outputs, [.. started.TriggerOutputs]);
        }

        WriteTexts(EventNames.Outcomes, started.TriggerOutcomes);
    }

    private void WriteUses(IReadOnlyList<FrozenUse> uses)
    {
        if (uses.Count == 0)
        {
            return;
        }

        _writer.WriteStartArray("uses");
        foreach (var (reference, hash) in uses)
        {
            _writer.WriteStartObject();
            _writer.WriteString("type", reference.Type);
            _writer.WriteString("hash", hash);
            WriteText("definition", reference.DefinitionId);
            WriteText("versionId", reference.VersionId);
            if (reference.Version is { } version)
            {
                _writer.WriteNumber("version", version);
            }

            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
    }

    private void WriteIncident(ExecutionFaulted faulted)
    {
        _writer.WriteString("activity", faulted.Incident.ActivityId);
        _writer.WriteString(EventNames.Node, faulted.Incident.NodeId);
        _writer.WriteString("type", faulted.Incident.Type);
        _writer.WriteString(EventNames.Message, faulted.Incident.Message);
        WriteText("detail", faulted.Incident.Detail);
        if (faulted.FaultsRun)
        {
            _writer.WriteBoolean("faultsRun", true);
        }

        if (faulted.Propagates)
        {
            _writer.WriteBoolean(EventNames.Propagates, true);
        }
    }

    private void WriteBookmark(Bookmark? bookmark)
    {
        if (bookmark is not null)
        {
            _writer.WriteString(EventNames.Stimulus, bookmark.Stimulus);
            if (bookmark.DueAt is { } due)
            {
                _writer.WriteNumber(EventNames.Due, due.UtcTicks);
            }
        }
    }

    private void WriteChanges(Changes? changes)
    {
        if (changes is null)
        {
            return;
        }

        WriteScheduled(EventNames.Scheduled, changes.Scheduled);
        WriteScheduled(EventNames.UpstreamFailed, changes.UpstreamFailed);
        WriteWrites(changes.Writes);
        WriteOwned(EventNames.FlowOwner, changes.FlowOwner);
        WriteNumbers(EventNames.Visits, changes.Visits);
        WriteNumbers(EventNames.Tokens, changes.Tokens);
        WriteNumbers(EventNames.Canceled, changes.Canceled);
        WriteNumbers(EventNames.Breaking, changes.Breaking);
        if (changes.IndexOwner != 0)
        {
            _writer.WriteNumber(EventNames.IndexOwner, changes.IndexOwner);
            _writer.WriteNumber(EventNames.Index, changes.Index);
            if (changes.Items is not null)
            {
                _writer.WritePropertyName(EventNames.Items);
                ValueCodec.Write(_writer, changes.Items);
            }
        }

        WriteOwned(EventNames.Composite, changes.Composite);
        WriteTexts(EventNames.CompositeOutcomes, changes.CompositeOutcomes);
        WriteText(EventNames.Line, changes.Line);
        WriteText(EventNames.Name, changes.Name);
        WriteText(EventNames.Correlation, changes.CorrelationId);
        WriteValues(EventNames.RunOutputs, changes.RunOutputs);
        WriteOutgoing(changes.Outgoing);
        if (changes.EndsRun)
        {
            _writer.WriteBoolean(EventNames.EndsRun, true);
        }
    }

    private void WriteScheduled(JsonEncodedText name, ScheduledExecution[] scheduled)
    {
        if (scheduled.Length == 0)
        {
            return;
        }

        _writer.WriteStartArray(name);
        foreach (var item in scheduled)
        {
            _writer.WriteStartArray();
            _writer.WriteNumberValue(item.Id);
            _writer.WriteStringValue(item.Node.EncodedNodeId);
            _writer.WriteNumberValue(item.Parent);
            if (item.ByBackwardEdge || item.Variables is not null)
            {
                _writer.WriteNumberValue(item.ByBackwardEdge ? 1 : 0);
            }

            if (item.Variables is not null)
            {
                WriteObject(item.Variables);
            }

            _writer.WriteEndArray();
        }

        _writer.WriteEndArray();
    }

    private void WriteWrites(VariableWrite[] writes)
    {
        if (writes.Length == 0)
        {
            return;
        }

        _writer.WriteStartArray(EventNames.Writes);
        foreach (var write in writes)
        {
            _writer.WriteStartArray();
            _writer.WriteNumberValue(write.Scope);
            _writer.WriteStringValue(write.Id);
            _writer.WriteStringValue(write.Name);
            ValueCodec.Write(_writer, write.Value);
            _writer.WriteEndArray();
        }

        _writer.WriteEndArray();
    }

    private void WriteOutgoing(Outgoing[] outgoing)
    {
        if (outgoing.Length == 0)
        {
            return;
        }

        _writer.WriteStartArray(EventNames.Outgoing);
        foreach (var item in outgoing)
        {
            _writer.WriteStartObject();
            switch (item)
            {
                case EventPublished published:
                    Write(published);
                    break;
                case ChildStart start:
                    Write(start);
                    break;
            }

            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
    }

    private void Write(ChildStart start)
    {
        _writer.WriteString("child", start.RunId);
        _writer.WriteString("versionId", start.DefinitionVersionId);
        WriteText(EventNames.Correlation, start.CorrelationId);
        WriteValues(EventNames.Inputs, start.Input);
        _writer.WriteString("reports", start.Reports.ToString());
    }

    private void Write(EventPublished published)
    {
        _writer.WriteString("event", published.Name);
        WriteText(EventNames.Correlation, published.CorrelationId);
        if (published.IsLocal)
        {
            _writer.WriteBoolean("local", true);
        }

        if (published.Payload is not null)
        {
            _writer.WritePropertyName("v");
            ValueCodec.Write(_writer, published.Payload);
        }
    }

    private void WriteValues(JsonEncodedText name, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        if (values.Count > 0)
        {
            _writer.WritePropertyName(name);
            WriteObject(values);
        }
    }

    private void WriteObject(IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        _writer.WriteStartObject();
        for (var i = 0; i < values.Count; i++)
        {
            _writer.WritePropertyName(values[i].Key);
            ValueCodec.Write(_writer, values[i].Value);
        }

        _writer.WriteEndObject();
    }

    private void WriteTexts(JsonEncodedText name, IReadOnlyList<string>? texts)
    {
        if (texts is null)
        {
            return;
        }

        _writer.WriteStartArray(name);
        for (var i = 0; i < texts.Count; i++)
        {
            _writer.WriteStringValue(texts[i]);
        }

        _writer.WriteEndArray();
    }

    private void WriteNumbers(JsonEncodedText name, ReadOnlySpan<int> numbers)
    {
        if (numbers.IsEmpty)
        {
            return;
        }

        _writer.WriteStartArray(name);
        foreach (var number in numbers)
        {
            _writer.WriteNumberValue(number);
        }

        _writer.WriteEndArray();
    }

    private void WriteNumbers(JsonEncodedText name, ReadOnlySpan<long> numbers)
    {
        if (numbers.IsEmpty)
        {
            return;
        }

        _writer.WriteStartArray(name);
        foreach (var number in numbers)
        {
            _writer.WriteNumberValue(number);
        }

        _writer.WriteEndArray();
    }

    private void WriteOwned(JsonEncodedText name, long id)
    {
        if (id != 0)
        {
            _writer.WriteNumber(name, id);
        }
    }

    private void WriteText(JsonEncodedText name, string? text)
    {
        if (text is not null)
        {
            _writer.WriteString(name, text);
        }
    }

    private void WriteText(string name, string? text)
    {
        if (text is not null)
        {
            _writer.WriteString(name, text);
        }
    }
}
