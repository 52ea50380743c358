namespace Dag.Workflows.Composition;

/// <summary>Which version of a workflow a run would be of that is started now.</summary>
internal interface IPublishedWorkflows
{
    /// <summary>The id of the published version; null when there is none.</summary>
    Task<string?> FindVersionAsync(string definitionId, CancellationToken cancellationToken);
}

/// <summary>Where nothing is published.</summary>
internal sealed class NoPublishedWorkflows : IPublishedWorkflows
{
    public static readonly NoPublishedWorkflows Instance = new();

    public Task<string?> FindVersionAsync(string definitionId, CancellationToken cancellationToken) => Task.FromResult<string?>(null);
}
