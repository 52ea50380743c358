using System.Globalization;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.RunLog;
using Dag.Workflows.Runs;
using Dag.Workflows.Values;

namespace Dag.Workflows.Running;

/// <summary>Messages of runs to the rest of the service, as they lie in the outbox.</summary>
internal static class OutboxCodec
{
    public const string Event = "event";
    public const string Start = "start";

    /// <summary>The message that does what an execution has decided.</summary>
    public static OutboxMessage Write(RunState state, long execution, Outgoing outgoing) => outgoing switch
    {
        EventPublished e => new OutboxMessage(execution, Event, ValueCodec.Encode(new Dictionary<string, object?>
        {
            ["name"] = e.Name,
            ["payload"] = e.Payload,
            ["correlation"] = e.CorrelationId,
            ["run"] = e.IsLocal ? state.RunId : null,
            ["trace"] = state.Start!.TraceParent,
        })),
        ChildStart child => Write(new StartOrder
        {
            DefinitionVersionId = child.DefinitionVersionId,
            RunId = child.RunId,
            CorrelationId = child.CorrelationId,
            Input = child.Input.ToDictionary(),
            Mode = state.Start!.Mode,
            TraceParent = state.Start.TraceParent,
            Parent = new ParentLink(state.RunId, execution, child.Reports),
        }),
        _ => throw new InvalidDataException($"{outgoing.GetType().Name} is no message."),
    };

    /// <summary>The message that starts a run.</summary>
    public static OutboxMessage Write(StartOrder order) => new(order.Parent?.Execution, Start, ValueCodec.Encode(new Dictionary<string, object?>
    {
        ["version"] = order.DefinitionVersionId,
        ["run"] = order.RunId,
        ["correlation"] = order.CorrelationId,
        ["trigger"] = order.TriggerActivityId,
        ["outputs"] = order.TriggerOutputs,
        ["input"] = order.Input,
        ["mode"] = order.Mode.ToString(),
        ["trace"] = order.TraceParent,
        ["parent"] = order.Parent?.RunId,
        ["parentExecution"] = order.Parent?.Execution,
        ["reports"] = order.Parent?.Reports.ToString(),
    }));

    public static (EventPublished Event, string? RunId, string? TraceParent) ReadEvent(byte[] payload)
    {
        var message = Read(payload);
        var run = (string?)message["run"];
        var published = new EventPublished
        {
            Name = (string)message["name"]!,
            Payload = message["payload"],
            CorrelationId = (string?)message["correlation"],
            IsLocal = run is not null,
        };
        return (published, run, (string?)message.GetValueOrDefault("trace"));
    }

    public static StartOrder ReadStart(byte[] payload)
    {
        var message = Read(payload);
        return new StartOrder
        {
            DefinitionVersionId = (string)message["version"]!,
            RunId = (string?)message["run"],
            CorrelationId = (string?)message["correlation"],
            TriggerActivityId = (string?)message["trigger"],
            TriggerOutputs = (IReadOnlyDictionary<string, object?>?)message["outputs"],
            Input = (IReadOnlyDictionary<string, object?>)message["input"]!,
            Mode = Enum.Parse<FlowchartMode>((string)message["mode"]!),
            TraceParent = (string?)message.GetValueOrDefault("trace"),
            Parent = message.GetValueOrDefault("parent") is string parent
                ? new ParentLink(parent, Convert.ToInt64(message["parentExecution"], CultureInfo.InvariantCulture), Enum.Parse<ChildReports>((string)message["reports"]!))
                : null,
        };
    }

    private static IReadOnlyDictionary<string, object?> Read(byte[] payload) => (IReadOnlyDictionary<string, object?>)ValueCodec.Decode(payload)!;
}
