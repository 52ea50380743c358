using System.Text.RegularExpressions;
using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Transform;

/// <summary>Decides which columns are written, with which types, and says what does not agree.</summary>
internal static partial class ColumnChecks
{
    private static readonly StringComparer Names = StringComparer.OrdinalIgnoreCase;

    /// <summary>Refuses files of one conversion that have different columns.</summary>
    public static void SameNames(
        SourceFile first, IReadOnlyList<DatasetColumn> columns, SourceFile file, IReadOnlyList<DatasetColumn> other)
    {
        if (Missing(columns, other) is { } missing)
        {
            throw Fault($"{file.Path} has no column {missing.Name}, which {first.Name} has: convert the two apart, or add the column.");
        }

        if (Missing(other, columns) is { } extra)
        {
            throw Fault($"{file.Path} has a column {extra.Name}, which {first.Name} has not: convert the two apart, or remove the column.");
        }
    }

    /// <summary>The columns to write: those found, with the types given; in an append those of the version that is continued.</summary>
    public static IReadOnlyList<DatasetColumn> Plan(
        DuckDbConnection connection, ConversionRequest request, IReadOnlyList<DatasetColumn> found)
    {
        var given = request.Types.ToDictionary(t => t.Key, t => Canonical(connection, t.Key, t.Value), Names);
        if (given.Keys.FirstOrDefault(name => !found.Any(c => Names.Equals(c.Name, name))) is { } unknown)
        {
            throw Fault($"columns names {unknown}, which {request.Files[0].Path} has not: its columns are {List(found)}.");
        }

        if (request.Continued is not { } continued)
        {
            return [.. found.Select(c => given.TryGetValue(c.Name, out var type) ? c with { Type = type } : c)];
        }

        Continues(request, found, continued);
        foreach (var column in continued.Columns)
        {
            if (given.TryGetValue(column.Name, out var type) && type != column.Type)
            {
                throw Fault(
                    $"columns sets {column.Name} to {type}, but it is {column.Type} in {continued.ToReference()}: leave it out, or set " +
                    "mode to Replace and convert all files again.");
            }
        }

        return continued.Columns;
    }

    private static void Continues(ConversionRequest request, IReadOnlyList<DatasetColumn> found, DatasetVersion continued)
    {
        var file = request.Files[0].Path;
        if (Missing(continued.Columns, found) is { } missing)
        {
            throw Fault(
                $"{file} has no column {missing.Name} ({missing.Type}), which {continued.ToReference()} has: add the column, or set " +
                "mode to Replace to start the dataset anew.");
        }

        if (Missing(found, continued.Columns) is { } extra)
        {
            throw Fault(
                $"{file} has a column {extra.Name} ({extra.Type}), which {continued.ToReference()} has not (it has " +
                $"{List(continued.Columns)}): remove the column, or set mode to Replace to start the dataset anew.");
        }
    }

    // The engine's own name of the type: what a version's columns are compared by.
    private static string Canonical(DuckDbConnection connection, string column, string type)
    {
        const string Examples = "BIGINT, DOUBLE, DECIMAL(18,3), BOOLEAN, DATE, TIMESTAMP, VARCHAR";
        var text = type?.Trim() ?? "";
        var fault = $"columns: '{text}' for {column} is not a type: use for example {Examples}.";
        if (!TypeName().IsMatch(text))
        {
            throw Fault(fault);
        }

        try
        {
            return (string)connection.Scalar($"SELECT typeof(CAST(NULL AS {text}))")!;
        }
        catch (DuckDbException e)
        {
            throw new ActivityException(fault, e) { Retryable = false };
        }
    }

    private static DatasetColumn? Missing(IEnumerable<DatasetColumn> wanted, IReadOnlyList<DatasetColumn> present) =>
        wanted.FirstOrDefault(c => !present.Any(p => Names.Equals(p.Name, c.Name)));

    private static string List(IReadOnlyList<DatasetColumn> columns) =>
        string.Join(", ", columns.Take(30).Select(c => c.Name)) + (columns.Count > 30 ? $" and {columns.Count - 30} more" : "");

    private static ActivityException Fault(string message) => new(message) { Retryable = false };

    // It stands in SQL as it is: nothing but a name with sizes passes.
    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]*( [A-Za-z]+){0,3}(\(\d{1,4}(,\s*\d{1,4})?\))?(\[\d{0,6}\])*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex TypeName();
}
