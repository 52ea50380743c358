namespace Dag.Workflows.Hooks;

/// <summary>What a caller is told.</summary>
internal abstract record HookAnswer
{
    /// <summary>What the workflow wrote.</summary>
    public sealed record Written(HookResponse Response) : HookAnswer;

    /// <summary>The request was taken, and nothing in the run answers it, or not soon enough.</summary>
    public sealed record Accepted : HookAnswer;

    /// <summary>The run faulted or was cancelled before it answered.</summary>
    public sealed record Failed : HookAnswer;

    /// <summary>Nobody took the request: the run does not wait for it any more, or this process lets go of the run.</summary>
    public sealed record Gone : HookAnswer;
}
