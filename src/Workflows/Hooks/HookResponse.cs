namespace Dag.Workflows.Hooks;

/// <summary>What a workflow answers its caller with.</summary>
internal sealed record HookResponse
{
    public required int StatusCode { get; init; }

    public string? ContentType { get; init; }

    public byte[] Body { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string[]>> Headers { get; init; } = [];
}
