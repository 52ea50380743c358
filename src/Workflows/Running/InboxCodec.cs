using Dag.Workflows.Values;

namespace Dag.Workflows.Running;

/// <summary>Messages to runs, as they lie in inboxes.</summary>
internal static class InboxCodec
{
    public const string Cancel = "cancel";
    public const string Resume = "resume";

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

    /// <summary>The arrival that a message is; null for a kind that this version does not know.</summary>
    public static Arrival? Read(string kind, byte[] payload)
    {
        switch (kind)
        {
            case Cancel:
                return new CancelArrival((string?)ValueCodec.Decode(payload));
            case Resume:
                var message = (IReadOnlyDictionary<string, object?>)ValueCodec.Decode(payload)!;
                return new ResumeArrival(
                    Convert.ToInt64(message["execution"], System.Globalization.CultureInfo.InvariantCulture),
                    (IReadOnlyDictionary<string, object?>)message["outputs"]!)
                {
                    Outcomes = message.GetValueOrDefault("outcomes") is List<object?> outcomes ? [.. outcomes.Cast<string>()] : null,
                };
            default:
                return null;
        }
    }
}
