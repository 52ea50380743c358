namespace Dag.Workflows.Hooks;

/// <summary>What was found for a request.</summary>
internal sealed record HookLookup
{
    /// <summary>How the endpoint is set up; null when none was found.</summary>
    public HookSettings? Settings { get; init; }

    /// <summary>The values of the path.</summary>
    public Dictionary<string, object?> RouteValues { get; init; } = [];

    /// <summary>The endpoint of a published workflow, which starts a run.</summary>
    public PublishedHook? Published { get; init; }

    /// <summary>The run that waits for the request.</summary>
    public HookWait? Wait { get; init; }

    /// <summary>How many runs wait for the same request; only one can be meant.</summary>
    public long Waiting { get; init; }

    /// <summary>The methods that the path has, when it has not the one that was asked for.</summary>
    public IReadOnlyCollection<string> AllowedMethods { get; init; } = [];
}
