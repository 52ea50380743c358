using System.Globalization;
using Dag.Workflows.Runs;
using Dag.Workflows.Values;

namespace Dag.Workflows.Running;

/// <summary>Messages to runs, as they lie in inboxes.</summary>
internal static class InboxCodec
{
    public const string Cancel = "cancel";
    public const string Resume = "resume";
    public const string Child = "child";
    public const string ChildFailed = "childFailed";

    public static byte[] WriteCancel(string? reason) => ValueCodec.Encode(reason);

    public static byte[] WriteResume(long execution, IReadOnlyDictionary<string, object?> outputs, IReadOnlyList<string>? outcomes = null)
    {
        var message = new Dictionary<string, object?> { ["execution"] = execution, ["outputs"] = outputs };
        if (outcomes is not null)
        {
            message["outcomes"] = outcomes;
        }

        return ValueCodec.Encode(message);
    }

    public static byte[] WriteChild(long execution, ChildReport report) => ValueCodec.Encode(new Dictionary<string, object?>
    {
        ["execution"] = execution,
        ["run"] = report.RunId,
        ["subStatus"] = report.SubStatus.ToString(),
        ["outputs"] = report.Output,
    });

    public static byte[] WriteChildFailed(long execution, string error) =>
        ValueCodec.Encode(new Dictionary<string, object?> { ["execution"] = execution, ["error"] = error });

    /// <summary>The arrival that a message is; null for a kind that this version does not know.</summary>
    public static Arrival? Read(string kind, byte[] payload) => kind switch
    {
        Cancel => new CancelArrival((string?)ValueCodec.Decode(payload)),
        Resume => ReadResume(Members(payload)),
        Child => ReadChild(Members(payload)),
        ChildFailed => ReadChildFailed(Members(payload)),
        _ => null,
    };

    private static ResumeArrival ReadResume(IReadOnlyDictionary<string, object?> message) => new(Execution(message), Outputs(message))
    {
        Outcomes = message.GetValueOrDefault("outcomes") is List<object?> outcomes ? [.. outcomes.Cast<string>()] : null,
    };

    private static ChildArrival ReadChild(IReadOnlyDictionary<string, object?> message) => new(
        Execution(message),
        new ChildReport((string)message["run"]!, Enum.Parse<RunSubStatus>((string)message["subStatus"]!), Outputs(message)));

    private static ChildFailedArrival ReadChildFailed(IReadOnlyDictionary<string, object?> message) => new(Execution(message), (string)message["error"]!);

    private static IReadOnlyDictionary<string, object?> Members(byte[] payload) => (IReadOnlyDictionary<string, object?>)ValueCodec.Decode(payload)!;

    private static long Execution(IReadOnlyDictionary<string, object?> message) => Convert.ToInt64(message["execution"], CultureInfo.InvariantCulture);

    private static IReadOnlyDictionary<string, object?> Outputs(IReadOnlyDictionary<string, object?> message) =>
        (IReadOnlyDictionary<string, object?>)message["outputs"]!;
}
