using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Models;

/// <summary>Chooses the columns to learn from.</summary>
internal static class FeatureColumns
{
    /// <param name="table">The table.</param>
    /// <param name="names">The columns asked for; empty means all but the target.</param>
    /// <param name="target">The target, which is never a feature.</param>
    /// <exception cref="ActivityException">A column does not exist, cannot be used, or is the target.</exception>
    public static IReadOnlyList<ModelColumn> Choose(ModelTable table, IReadOnlyList<string> names, string target)
    {
        if (names.Count == 0)
        {
            return [.. table.Columns.Where(c => c.Name != target)];
        }

        if (names.Contains(target))
        {
            throw Fault($"The target '{target}' is among the features, so the model would only copy it. Remove it from features.");
        }

        return [.. names.Distinct(StringComparer.Ordinal).Select(name => table.Find(name) ?? throw Missing(table, name))];
    }

    private static ActivityException Missing(ModelTable table, string name) =>
        table.Unusable.FirstOrDefault(c => c.Name == name) is { } unusable
            ? Fault($"The feature '{name}' cannot be learnt from: {unusable.Reason}. Remove it from features, or convert it.")
            : Fault($"The dataset has no column '{name}' for the features. {ColumnNames.Suggest(name, table.Columns.Select(c => c.Name))}");

    private static ActivityException Fault(string message) => new(message) { Retryable = false };
}
