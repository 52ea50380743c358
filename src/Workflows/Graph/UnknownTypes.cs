using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;

namespace Dag.Workflows.Graph;

/// <summary>What to say of an activity whose type is not known.</summary>
internal static class UnknownTypes
{
    public static DefinitionFault FaultOf(Node node, ActivityCatalog catalog)
    {
        var known = catalog.All.Where(d => d.IsBrowsable).Select(d => d.Type).Order().ToList();
        var type = node.Type;
        var nearest = known.MinBy(k => Distance(k, type));
        var hint = nearest is not null && Distance(nearest, type) <= 3 ? $"Did you mean '{nearest}'? " : "";
        return new DefinitionFault(
            node.NodeId,
            type.Length == 0 ? "The activity has no type." : $"The activity type '{type}' is not known.",
            $"{hint}Known types: {string.Join(", ", known)}.")
        { AllowedInRun = true };
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
