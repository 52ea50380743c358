using System.Globalization;
using Dag.Workflows.RunLog;

namespace Dag.Workflows.Triggers;

/// <summary>The keys of a trigger's firings in the ledger, which outlives the runs.</summary>
internal static class LedgerKeys
{
    /// <summary>Names a trigger in the ledger; the same for all versions of the workflow, and for its runs.</summary>
    public static string ScopeOf(string definitionId, string activityId) => $"{definitionId}/{activityId}";

    /// <summary>The key of a timetable's firing.</summary>
    public static string KeyOf(DateTimeOffset firing) => firing.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    public static LedgerKey[] Of(string scope, IReadOnlyList<string> keys) => [.. keys.Distinct().Select(k => new LedgerKey(scope, k))];

    public static async Task<IReadOnlyList<string>> UnseenAsync(
        IRunLog log, string scope, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var seen = await log.FindLedgerKeysAsync(scope, keys, cancellationToken);
        return [.. keys.Where(k => !seen.Contains(k))];
    }
}
