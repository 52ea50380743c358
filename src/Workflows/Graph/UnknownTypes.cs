using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Primitives;

namespace Dag.Workflows.Graph;

/// <summary>What to say of activities whose types are not known; a type is looked at once, however often it is used.</summary>
internal sealed class UnknownTypes(ActivityCatalog catalog, IReadOnlyList<string> workflows)
{
    private const int LongestType = 100;

    // Also those that no toolbox offers, such as Elsa.Sequence; not what the engine itself puts into a graph.
    private readonly List<string> _known =
        [.. catalog.All.Where(d => d.Control is not (WorkflowActivity or NotFound)).Select(d => d.Type).Concat(workflows).Order()];

    private readonly Dictionary<string, (string Message, string Fix)> _said = [];

    public DefinitionFault FaultOf(Node node)
    {
        if (!_said.TryGetValue(node.Type, out var said))
        {
            said = _said[node.Type] = Describe(node.Type);
        }

        return new DefinitionFault(node.NodeId, said.Message, said.Fix) { AllowedInRun = true };
    }

    private (string Message, string Fix) Describe(string type)
    {
        var shown = type.Length <= LongestType ? type : type[..LongestType] + "…";
        var nearest = type.Length <= LongestType ? _known.MinBy(k => Distance(k, type)) : null;
        var hint = nearest is not null && Distance(nearest, type) <= 3 ? $"Did you mean '{nearest}'? " : "";
        return (
            type.Length == 0 ? "The activity has no type." : $"The activity type '{shown}' is not known.",
            $"{hint}Known types: {string.Join(", ", _known)}.");
    }

    // Levenshtein's distance: how many letters to change.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
