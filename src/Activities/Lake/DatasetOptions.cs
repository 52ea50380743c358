using Dag.Workflows.Activities;

namespace Dag.Activities.Lake;

/// <summary>The datasets that exist, for the designer.</summary>
internal sealed class DatasetOptions(DataLake lake) : IInputOptions
{
    /// <summary>How inputs refer to it.</summary>
    public const string Source = "datasets";

    public string Name => Source;

    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await lake.ListAsync(cancellationToken)).Select(d => d.Dataset).Order(StringComparer.OrdinalIgnoreCase)];
}
