namespace Dag.Activities.Models;

/// <summary>A model at a glance.</summary>
/// <param name="Model">Its name.</param>
/// <param name="LatestVersion">The newest version.</param>
/// <param name="Versions">How many there are.</param>
/// <param name="Aliases">Where the aliases point.</param>
internal sealed record ModelSummary(string Model, int LatestVersion, int Versions, IReadOnlyDictionary<string, int> Aliases);
