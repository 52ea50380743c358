using System.Collections.Frozen;

namespace Dag.Workflows.Hooks;

/// <summary>The endpoints of published workflows by path and method. Replaced as a whole after each change; looked up without a lock.</summary>
internal sealed class HookTable
{
    private volatile Routes _routes = new([]);

    /// <summary>Replaces all endpoints.</summary>
    public void Replace(IEnumerable<PublishedHook> hooks) => _routes = new Routes([.. hooks]);

    /// <summary>The endpoint for a request, or the methods that the path has instead.</summary>
    public HookLookup Find(string method, IReadOnlyList<string> path)
    {
        var allowed = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var hook in _routes.Candidates(path))
        {
            if (hook.Settings.Route.Match(path) is not { } values)
            {
                continue;
            }

            if (hook.Settings.Methods.Contains(method))
            {
                return new HookLookup { Settings = hook.Settings, Published = hook, RouteValues = values };
            }

            allowed.UnionWith(hook.Settings.Methods);
        }

        return new HookLookup { AllowedMethods = allowed };
    }

    // Most paths are literal: one look finds them, and they come before those with values.
    private sealed class Routes
    {
        private readonly FrozenDictionary<string, PublishedHook[]> _literal;
        private readonly PublishedHook[] _others;

        public Routes(PublishedHook[] hooks)
        {
            _literal = hooks.Where(IsLiteral).GroupBy(h => h.Settings.Route.Shape).ToFrozenDictionary(g => g.Key, g => g.ToArray());
            _others = [.. hooks.Where(h => !IsLiteral(h)).OrderBy(h => h.Settings.Route.Rank, StringComparer.Ordinal)];
        }

        public IEnumerable<PublishedHook> Candidates(IReadOnlyList<string> path) =>
            _literal.TryGetValue("/" + string.Join('/', path).ToLowerInvariant(), out var literal) ? literal.Concat(_others) : _others;

        private static bool IsLiteral(PublishedHook hook) => !hook.Settings.Route.Rank.AsSpan().ContainsAnyExcept('a');
    }
}
