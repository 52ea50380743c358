using System.Globalization;

namespace Dag.Host.ElsaApi.Instances;

/// <summary>Ids of activity executions that are unique among all runs, as Elsa's clients expect: the run's id and the execution's.</summary>
internal static class ExecutionIds
{
    public static string Of(string runId, long execution) => string.Create(CultureInfo.InvariantCulture, $"{runId}:{execution}");

    /// <summary>Takes an id apart; false when it is none.</summary>
    public static bool TryParse(string? id, out string runId, out long execution)
    {
        var colon = id?.LastIndexOf(':') ?? -1;
        execution = 0;
        runId = colon > 0 ? id![..colon] : "";
        return colon > 0 && long.TryParse(id.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out execution);
    }
}
