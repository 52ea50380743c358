using Dag.Workflows.RunLog;
using Dag.Workflows.Values;

namespace Dag.Workflows.Hooks;

/// <summary>
/// Finds who a request is for: a published workflow first, then a run that waits, which is looked for in the database, so that it does not
/// matter how many wait, and on which node.
/// </summary>
internal sealed class HookFinder(HookTable table, IRunLog log)
{
    /// <summary>Finds it.</summary>
    /// <param name="method">The method, in capitals.</param>
    /// <param name="path">The path below <c>/hooks</c>.</param>
    /// <param name="correlationId">Only runs with this correlation id are meant, if one is given.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<HookLookup> FindAsync(string method, string path, string? correlationId, CancellationToken cancellationToken)
    {
        var segments = HookRoute.Split(path);
        var published = table.Find(method, segments);
        if (published.Settings is not null || path.Length > HookRoute.LongestPath)
        {
            return published;
        }

        var waiting = Match(await log.FindHooksAsync(HookRoute.PrefixesOf(segments), correlationId, cancellationToken), method, segments);
        return waiting with { AllowedMethods = [.. published.AllowedMethods.Union(waiting.AllowedMethods).Order(StringComparer.Ordinal)] };
    }

    private static HookLookup Match(IReadOnlyList<HookGroup> groups, string method, string[] path)
    {
        var allowed = new List<string>();
        var candidates = groups.Select(g => (Group: g, Settings: SettingsOf(g))).OrderBy(c => c.Settings.Route.Rank, StringComparer.Ordinal);
        foreach (var (group, settings) in candidates)
        {
            if (settings.Route.Match(path) is not { } values)
            {
                continue;
            }

            if (settings.Methods.Contains(method))
            {
                return new HookLookup { Settings = settings, RouteValues = values, Wait = new HookWait(group.RunId, group.ExecutionId), Waiting = group.Count };
            }

            allowed.AddRange(settings.Methods);
        }

        return new HookLookup { AllowedMethods = allowed };
    }

    private static HookSettings SettingsOf(HookGroup group) => HookSettings.Of((IReadOnlyDictionary<string, object?>)ValueCodec.Decode(group.Settings)!);
}
