using System.Text.Json;
using Dag.Workflows.Composition;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Graph;
using Dag.Workflows.Values;

namespace Dag.Workflows.Runs;

/// <summary>Reads batches of events back.</summary>
internal static class EventReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 512 };

    /// <summary>The events of a batch.</summary>
    /// <exception cref="InvalidDataException">The batch is damaged, or comes from a newer version.</exception>
    public static IReadOnlyList<RunEvent> Read(ReadOnlyMemory<byte> batch, WorkflowGraph graph)
    {
        try
        {
            using var document = JsonDocument.Parse(batch, Options);
            return [.. document.RootElement.EnumerateArray().Select(e => ReadEvent(e, graph))];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"A stored batch of events cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The event that begins a history; it says which definition the others belong to.</summary>
    public static RunStarted ReadStart(ReadOnlyMemory<byte> firstBatch)
    {
        using var document = JsonDocument.Parse(firstBatch, Options);
        var first = document.RootElement[0];
        return first.GetProperty("t").GetString() == "run"
            ? ReadRunStarted(first)
            : throw new InvalidDataException("A history does not begin with the start of its run.");
    }

    private static RunEvent ReadEvent(JsonElement e, WorkflowGraph graph)
    {
        var at = new DateTimeOffset(e.GetProperty("at").GetInt64(), TimeSpan.Zero);
        var x = Long(e, "x");
        return e.GetProperty("t").GetString() switch
        {
            "run" => ReadRunStarted(e),
            "start" => new ExecutionStarted { At = at, Execution = x, Inputs = Values(e, "in"), Bookmark = ReadBookmark(e), Changes = ReadChanges(e, graph) },
            "done" => new ExecutionCompleted
            {
                At = at,
                Execution = x,
                Outcomes = Texts(e, "o"),
                Inputs = Values(e, "in"),
                Outputs = Values(e, "out"),
                Lingers = e.TryGetProperty("lingers", out _),
                Changes = ReadChanges(e, graph),
            },
            "fault" => new ExecutionFaulted
            {
                At = at,
                Execution = x,
                Incident = new Incident(Text(e, "activity")!, Text(e, "node")!, Text(e, "type")!, Text(e, "msg")!, Text(e, "detail"), at),
                FaultsRun = e.TryGetProperty("faultsRun", out _),
                Propagates = e.TryGetProperty("propagates", out _),
                Changes = ReadChanges(e, graph),
            },
            "failed" => new ExecutionFailed { At = at, Execution = x, Changes = ReadChanges(e, graph) },
            "cancel" => new ExecutionCanceled { At = at, Execution = x },
            "queue" => new WorkQueued { At = at, Execution = x, Inputs = Values(e, "in"), Changes = ReadChanges(e, graph) },
            "try" => new AttemptStarted { At = at, Execution = x, Attempt = (int)Long(e, "n") },
            "port" => new PortEntered { At = at, Execution = x, Port = Text(e, "port")!, Outputs = Values(e, "out"), Changes = ReadChanges(e, graph) },
            "child" => new ChildReported { At = at, Execution = x, Child = Text(e, "run")!, SubStatus = Enum.Parse<RunSubStatus>(Text(e, "sub")!), Changes = ReadChanges(e, graph) },
            "fail" => new AttemptFailed { At = at, Execution = x, Attempt = (int)Long(e, "n"), Error = Text(e, "msg")!, RetryAt = Time(e, "due")!.Value },
            "retry" => new RetryDue { At = at, Execution = x },
            "lost" => new AttemptLost { At = at, Execution = x, Attempt = (int)Long(e, "n") },
            "return" => new AttemptReturned { At = at, Execution = x, Attempt = (int)Long(e, "n") },
            "end" => new RunFinished { At = at, SubStatus = Enum.Parse<RunSubStatus>(Text(e, "sub")!), Reason = Text(e, "msg") },
            "reopen" => new RunReopened { At = at, Generation = (int)Long(e, "gen"), Cleared = Longs(e, "cleared") },
            var unknown => throw new InvalidDataException($"A history holds an event '{unknown}', which this version does not know. Use a newer version of the service."),
        };
    }

    private static RunStarted ReadRunStarted(JsonElement e) => new()
    {
        At = new DateTimeOffset(e.GetProperty("at").GetInt64(), TimeSpan.Zero),
        DefinitionId = Text(e, "definition")!,
        DefinitionVersionId = Text(e, "versionId")!,
        Version = (int)Long(e, "version"),
        WorkflowName = Text(e, "workflow")!,
        DefinitionHash = Text(e, "hash")!,
        Uses = e.TryGetProperty("uses", out var uses) ? [.. uses.EnumerateArray().Select(ReadUse)] : [],
        CorrelationId = Text(e, "correlation"),
        TriggerActivityId = Text(e, "trigger"),
        TraceParent = Text(e, "trace"),
        Parent = Text(e, "parent") is { } parent
            ? new ParentLink(parent, Long(e, "parentExecution"), Enum.Parse<ChildReports>(Text(e, "reports")!))
            : null,
        Mode = Text(e, "mode") == "token" ? FlowchartMode.Token : FlowchartMode.Counter,
        Input = Values(e, "in").ToDictionary(),
        TriggerOutputs = e.TryGetProperty("out", out _) ? Values(e, "out").ToDictionary() : null,
        TriggerOutcomes = Texts(e, "o"),
    };

    private static FrozenUse ReadUse(JsonElement e) => new(
        new WorkflowReference(
            Text(e, "type")!, e.TryGetProperty("version", out var version) ? version.GetInt32() : null, Text(e, "definition"), Text(e, "versionId")),
        Text(e, "hash")!);

    private static Bookmark? ReadBookmark(JsonElement e) => Text(e, "wait") is { } stimulus ? new Bookmark(stimulus, Time(e, "due")) : null;

    private static Changes? ReadChanges(JsonElement e, WorkflowGraph graph)
    {
        var changes = new Changes
        {
            Scheduled = Scheduled(e, "s", graph),
            UpstreamFailed = Scheduled(e, "uf", graph),
            Writes = e.TryGetProperty("w", out var writes) ? [.. writes.EnumerateArray().Select(ReadWrite)] : [],
            FlowOwner = Long(e, "f"),
            Visits = Ints(e, "v"),
            Tokens = Ints(e, "k"),
            Canceled = Longs(e, "c"),
            Breaking = Longs(e, "b"),
            IndexOwner = Long(e, "io"),
            Index = Long(e, "i"),
            Items = e.TryGetProperty("items", out var items) ? ValueCodec.Read(items) : null,
            Composite = Long(e, "co"),
            CompositeOutcomes = Texts(e, "coo"),
            Line = Text(e, "line"),
            Name = Text(e, "name"),
            CorrelationId = Text(e, "corr"),
            RunOutputs = Values(e, "ro"),
            Outgoing = e.TryGetProperty("send", out var outgoing) ? [.. outgoing.EnumerateArray().Select(ReadOutgoing)] : [],
            EndsRun = e.TryGetProperty("end", out _),
        };
        return changes;
    }

    private static ScheduledExecution[] Scheduled(JsonElement e, string name, WorkflowGraph graph) =>
        e.TryGetProperty(name, out var scheduled) ? [.. scheduled.EnumerateArray().Select(s => ReadScheduled(s, graph))] : [];

    private static ScheduledExecution ReadScheduled(JsonElement item, WorkflowGraph graph)
    {
        var nodeId = item[1].GetString()!;
        var node = graph.Find(nodeId) ?? throw new InvalidDataException($"A history names the activity '{nodeId}', which its definition does not have.");
        var length = item.GetArrayLength();
        return new ScheduledExecution(
            item[0].GetInt64(), node, item[2].GetInt64(), length > 3 && item[3].GetInt32() == 1, length > 4 ? ReadObject(item[4]) : null);
    }

    private static Outgoing ReadOutgoing(JsonElement item) => item switch
    {
        _ when Text(item, "event") is { } name => new EventPublished
        {
            Name = name,
            CorrelationId = Text(item, "corr"),
            IsLocal = item.TryGetProperty("local", out _),
            Payload = item.TryGetProperty("v", out var payload) ? ValueCodec.Read(payload) : null,
        },
        _ when Text(item, "child") is { } run => new ChildStart
        {
            RunId = run,
            DefinitionVersionId = Text(item, "versionId")!,
            CorrelationId = Text(item, "corr"),
            Input = Values(item, "in"),
            Reports = Enum.Parse<ChildReports>(Text(item, "reports")!),
        },
        _ => throw new InvalidDataException("A history sends something that this version does not know. Use a newer version of the service."),
    };

    private static VariableWrite ReadWrite(JsonElement item) =>
        new(item[0].GetInt64(), item[1].GetString()!, item[2].GetString()!, ValueCodec.Read(item[3]));

    private static KeyValuePair<string, object?>[] Values(JsonElement e, string name) => e.TryGetProperty(name, out var value) ? ReadObject(value) : [];

    private static KeyValuePair<string, object?>[] ReadObject(JsonElement value) =>
        [.. value.EnumerateObject().Select(m => KeyValuePair.Create(m.Name, ValueCodec.Read(m.Value)))];

    private static string? Text(JsonElement e, string name) => e.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string[]? Texts(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) ? [.. value.EnumerateArray().Select(v => v.GetString()!)] : null;

    private static long Long(JsonElement e, string name) => e.TryGetProperty(name, out var value) ? value.GetInt64() : 0;

    private static int[] Ints(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) ? [.. value.EnumerateArray().Select(v => v.GetInt32())] : [];

    private static long[] Longs(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) ? [.. value.EnumerateArray().Select(v => v.GetInt64())] : [];

    private static DateTimeOffset? Time(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) ? new DateTimeOffset(value.GetInt64(), TimeSpan.Zero) : null;
}
