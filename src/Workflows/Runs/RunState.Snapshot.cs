using System.Text.Json;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Graph;
using Dag.Workflows.Values;

namespace Dag.Workflows.Runs;

/// <summary>
/// What of a state goes into a snapshot: all that folding keeps, without what follows from the rest (links between executions, counts of
/// children, of open work and of what is queued).
/// </summary>
internal sealed partial class RunState
{
    internal void WriteSnapshot(Utf8JsonWriter writer)
    {
        writer.WriteNumber("sequence", Sequence);
        writer.WriteNumber("updated", UpdatedAt.UtcTicks);
        WriteTime(writer, "finished", FinishedAt);
        writer.WriteNumber("next", NextExecutionId);
        writer.WriteNumber("generation", Generation);
        WriteText(writer, "end", _end?.ToString());
        WriteFlag(writer, "failed", HasFailed);
        WriteFlag(writer, "faulting", IsFaulting);
        WriteFlag(writer, "ending", IsEnding);
        WriteText(writer, "name", Name);
        WriteText(writer, "correlation", CorrelationId);
        if (Start is not null)
        {
            using var events = new EventWriter();
            writer.WritePropertyName("start");
            writer.WriteRawValue(events.Write([Start]), skipInputValidation: true);
        }

        writer.WritePropertyName("outputs");
        WriteValues(writer, _outputs);
        WriteResults(writer);
        writer.WriteStartArray("incidents");
        foreach (var incident in _incidents)
        {
            Write(writer, incident);
        }

        writer.WriteEndArray();
        WriteExecutions(writer);
        writer.WriteStartArray("ready");
        foreach (var ready in _ready)
        {
            writer.WriteNumberValue(ready.Id);
        }

        writer.WriteEndArray();
    }

    internal static RunState ReadSnapshot(JsonElement root, string runId, WorkflowGraph graph)
    {
        var state = new RunState(runId, graph)
        {
            Sequence = root.GetProperty("sequence").GetInt64(),
            UpdatedAt = Time(root.GetProperty("updated")),
            FinishedAt = TimeOrNull(root, "finished"),
            NextExecutionId = root.GetProperty("next").GetInt64(),
            Generation = root.GetProperty("generation").GetInt32(),
            HasFailed = root.TryGetProperty("failed", out _),
            IsFaulting = root.TryGetProperty("faulting", out _),
            IsEnding = root.TryGetProperty("ending", out _),
            Name = Text(root, "name"),
            CorrelationId = Text(root, "correlation"),
            Start = root.TryGetProperty("start", out var start) ? EventReader.ReadStart(RunSnapshot.BytesOf(start)) : null,
            _end = Text(root, "end") is { } end ? Enum.Parse<RunSubStatus>(end) : null,
        };
        foreach (var output in root.GetProperty("outputs").EnumerateObject())
        {
            state._outputs[output.Name] = ValueCodec.Read(output.Value);
        }

        state.ReadResults(root);
        state._incidents.AddRange(root.GetProperty("incidents").EnumerateArray().Select(ReadIncident));
        var executions = state.ReadExecutions(root);
        foreach (var id in root.GetProperty("ready").EnumerateArray())
        {
            state._ready.Enqueue(executions[id.GetInt64()]);
        }

        return state;
    }

    // Open executions, and the closed ones above them that they still refer to; parents come before children because ids grow.
    private void WriteExecutions(Utf8JsonWriter writer)
    {
        var all = new SortedDictionary<long, Execution>();
        foreach (var open in _open.Concat(_lingering.Values))
        {
            for (var execution = open; execution is not null && all.TryAdd(execution.Id, execution); execution = execution.Parent)
            {
            }
        }

        var nodes = all.Values.Select(e => e.Node).Distinct().ToList();
        writer.WriteStartArray("nodes");
        foreach (var node in nodes)
        {
            writer.WriteStringValue(node.EncodedNodeId);
        }

        writer.WriteEndArray();
        var positions = nodes.Select((node, i) => (node, i)).ToDictionary(p => p.node, p => p.i);
        writer.WriteStartArray("executions");
        foreach (var execution in all.Values)
        {
            Write(writer, execution, positions[execution.Node]);
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, Execution execution, int node)
    {
        writer.WriteStartObject();
        writer.WriteNumber("x", execution.Id);
        writer.WriteNumber("node", node);
        writer.WriteNumber("parent", execution.Parent?.Id ?? 0);
        writer.WriteNumber("status", (int)execution.Status);
        WriteFlag(writer, "backward", execution.ByBackwardEdge);
        WriteFlag(writer, "breaking", execution.IsBreaking);
        WriteFlag(writer, "orphan", execution.IsOrphaned);
        WriteFlag(writer, "abandoned", execution.IsAbandoned);
        WriteFlag(writer, "lingers", execution.Lingers);
        WriteNumber(writer, "failed", execution.FailedChildren);
        WriteNumber(writer, "i", execution.Index);
        WriteNumber(writer, "attempts", execution.Attempts);
        WriteNumber(writer, "lost", execution.LostAttempts);
        WriteNumber(writer, "children", execution.ChildRuns);
        WriteFlag(writer, "busy", execution.IsBusy);
        WriteTime(writer, "started", execution.StartedAt);
        if (execution.Bookmark is { } bookmark)
        {
            writer.WriteString("wait", bookmark.Stimulus);
            WriteTime(writer, "due", bookmark.DueAt);
        }

        if (execution.Items is not null)
        {
            writer.WritePropertyName("items");
            ValueCodec.Write(writer, execution.Items);
        }

        if (execution.Inputs is not null)
        {
            writer.WritePropertyName("in");
            WriteValues(writer, execution.Inputs);
        }

        if (execution.CompositeOutcomes is { } outcomes)
        {
            writer.WriteStartArray("outcomes");
            foreach (var outcome in outcomes)
            {
                writer.WriteStringValue(outcome);
            }

            writer.WriteEndArray();
        }

        if (execution.Flow is not null)
        {
            writer.WriteStartArray("flow");
            foreach (var number in execution.Flow.ToArray())
            {
                writer.WriteNumberValue(number);
            }

            writer.WriteEndArray();
        }

        WriteVariables(writer, execution.Variables);
        writer.WriteEndObject();
    }

    private Dictionary<long, Execution> ReadExecutions(JsonElement root)
    {
        var nodes = root.GetProperty("nodes").EnumerateArray().Select(n => FindNode(n.GetString()!)).ToArray();
        var executions = new Dictionary<long, Execution>();
        foreach (var item in root.GetProperty("executions").EnumerateArray())
        {
            var parentId = item.GetProperty("parent").GetInt64();
            var execution = ReadExecution(item, nodes[item.GetProperty("node").GetInt32()], parentId == 0 ? null : executions[parentId]);
            executions.Add(execution.Id, execution);
            if (execution.Lingers)
            {
                _lingering.Add(execution.Id, execution);
            }

            if (execution.IsOpen)
            {
                _open.Add(execution);
                Count(execution);
            }
        }

        return executions;
    }

    private Execution ReadExecution(JsonElement item, Node node, Execution? parent)
    {
        var execution = new Execution(item.GetProperty("x").GetInt64(), node, parent)
        {
            ByBackwardEdge = item.TryGetProperty("backward", out _),
            Status = (ExecutionStatus)item.GetProperty("status").GetByte(),
            IsBreaking = item.TryGetProperty("breaking", out _),
            IsOrphaned = item.TryGetProperty("orphan", out _),
            IsAbandoned = item.TryGetProperty("abandoned", out _),
            Lingers = item.TryGetProperty("lingers", out _),
            FailedChildren = (int)Number(item, "failed"),
            Index = Number(item, "i"),
            Attempts = (int)Number(item, "attempts"),
            LostAttempts = (int)Number(item, "lost"),
            ChildRuns = (int)Number(item, "children"),
            IsBusy = item.TryGetProperty("busy", out _),
            StartedAt = TimeOrNull(item, "started"),
            Bookmark = Text(item, "wait") is { } stimulus ? new Bookmark(stimulus, TimeOrNull(item, "due")) : null,
            Items = item.TryGetProperty("items", out var items) ? ValueCodec.Read(items) : null,
            Inputs = item.TryGetProperty("in", out var inputs) ? inputs.EnumerateObject().ToDictionary(m => m.Name, m => ValueCodec.Read(m.Value)) : null,
            CompositeOutcomes = item.TryGetProperty("outcomes", out var outcomes) ? outcomes.EnumerateArray().Select(o => o.GetString()!).ToArray() : null,
        };
        if (item.TryGetProperty("flow", out var flow))
        {
            execution.Flow = FlowProgress.FromArray(FlowGraphOf(node), Start!.Mode, [.. flow.EnumerateArray().Select(n => n.GetInt32())]);
        }

        if (item.TryGetProperty("vars", out var variables))
        {
            foreach (var variable in variables.EnumerateArray())
            {
                execution.Declare(new VariableSlot(variable[0].GetString()!, variable[1].GetString()!, ValueCodec.Read(variable[2])));
            }
        }

        return execution;
    }

    // What follows from an execution's status: its place in its parent, and the counts that the fold keeps.
    private void Count(Execution execution)
    {
        if (execution.Status == ExecutionStatus.WorkQueued)
        {
            execution.QueueNode = _queuedWork.AddLast(execution);
        }

        OpenWork += IsOpenWork(execution.Status) ? 1 : 0;
        WorkInFlight += execution.Status == ExecutionStatus.WorkRunning ? 1 : 0;
        BusyExecutions += execution.IsBusy ? 1 : 0;
        if (execution.Parent is not { } parent)
        {
            return;
        }

        parent.AddChild(execution);
        parent.FaultedChildren += execution.Status == ExecutionStatus.Faulted ? 1 : 0;
        if (execution.Status == ExecutionStatus.Pending)
        {
            parent.Flow?.CountQueued(execution.Node.Position, 1);
            if (execution.IsOrphaned && !execution.IsAbandoned)
            {
                CountOrphan(execution, 1);
            }
        }
    }

    private Node FindNode(string nodeId) =>
        Graph.Find(nodeId) ?? throw new InvalidDataException($"Run {RunId}: the snapshot names the activity '{nodeId}', which its definition does not have.");

    private static void WriteVariables(Utf8JsonWriter writer, IReadOnlyList<VariableSlot> variables)
    {
        if (variables.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("vars");
        foreach (var variable in variables)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(variable.Id);
            writer.WriteStringValue(variable.Name);
            ValueCodec.Write(writer, variable.Value);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, Incident incident)
    {
        writer.WriteStartObject();
        writer.WriteString("activity", incident.ActivityId);
        writer.WriteString("node", incident.NodeId);
        writer.WriteString("type", incident.Type);
        writer.WriteString("msg", incident.Message);
        WriteText(writer, "detail", incident.Detail);
        writer.WriteNumber("at", incident.At.UtcTicks);
        writer.WriteEndObject();
    }

    private static Incident ReadIncident(JsonElement e) =>
        new(Text(e, "activity")!, Text(e, "node")!, Text(e, "type")!, Text(e, "msg")!, Text(e, "detail"), Time(e.GetProperty("at")));

    private static void WriteValues(Utf8JsonWriter writer, IReadOnlyDictionary<string, object?> values)
    {
        writer.WriteStartObject();
        foreach (var (key, value) in values)
        {
            writer.WritePropertyName(key);
            ValueCodec.Write(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } instant)
        {
            writer.WriteNumber(name, instant.UtcTicks);
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteFlag(Utf8JsonWriter writer, string name, bool flag)
    {
        if (flag)
        {
            writer.WriteBoolean(name, true);
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, long number)
    {
        if (number != 0)
        {
            writer.WriteNumber(name, number);
        }
    }

    private static string? Text(JsonElement e, string name) => e.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static long Number(JsonElement e, string name) => e.TryGetProperty(name, out var value) ? value.GetInt64() : 0;

    private static DateTimeOffset Time(JsonElement ticks) => new(ticks.GetInt64(), TimeSpan.Zero);

    private static DateTimeOffset? TimeOrNull(JsonElement e, string name) => e.TryGetProperty(name, out var ticks) ? Time(ticks) : null;
}
