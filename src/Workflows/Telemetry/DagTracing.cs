using System.Diagnostics;

namespace Dag.Workflows.Telemetry;

/// <summary>The service's own spans: one for each run and each attempt. Free when nobody listens.</summary>
public static class DagTracing
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "Dag";

    internal static ActivitySource Source { get; } = new(SourceName);

    /// <summary>
    /// The trace that the caller belongs to, as W3C's traceparent: an attempt or a run of this service, or whoever sent the request that is
    /// answered. The request's own span is no parent, because it is not sent anywhere.
    /// </summary>
    internal static string? CallerContext() => Activity.Current switch
    {
        null => null,
        { Source.Name: SourceName } own => own.Id,
        // Named by its id only: by a header.
        { Parent: null, ParentId: { } remote } => remote,
        _ => null,
    };

    internal static ActivityContext Parse(string? traceParent) =>
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var context) ? context : default;
}
