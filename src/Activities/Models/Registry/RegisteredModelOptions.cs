using Dag.Workflows.Activities;

namespace Dag.Activities.Models;

/// <summary>The models that exist, for the designer.</summary>
internal sealed class RegisteredModelOptions(ModelRegistry registry) : IInputOptions
{
    /// <summary>How inputs refer to it.</summary>
    public const string Source = "models";

    public string Name => Source;

    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await registry.ListAsync(cancellationToken)).Select(m => m.Model).Order(StringComparer.OrdinalIgnoreCase)];
}
