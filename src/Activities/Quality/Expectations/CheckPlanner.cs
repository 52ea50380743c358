using System.Text.Json;
using Dag.Activities.DuckDb;
using Dag.Activities.Lake;

namespace Dag.Activities.Quality;

/// <summary>What expectations ask when they are planned for a dataset version, and what they complain to.</summary>
/// <param name="connection">A connection on which <see cref="View"/> stands for the dataset.</param>
/// <param name="version">The dataset version.</param>
/// <param name="now">The time that freshness is measured at.</param>
/// <param name="faults">Everything that does not suit.</param>
internal sealed class CheckPlanner(DuckDbConnection connection, DatasetVersion version, DateTimeOffset now, List<string> faults)
{
    /// <summary>What SQL of users calls the dataset.</summary>
    public const string View = "data";

    private static readonly StringComparer Names = StringComparer.OrdinalIgnoreCase;
    private int _numbers;

    public DatasetVersion Version => version;

    public DateTimeOffset Now => now;

    public DuckDbConnection Connection => connection;

    /// <summary>A number that no other check has.</summary>
    public int NextNumber() => _numbers++;

    /// <summary>A column by its name in any case; null, and a fault, when there is none.</summary>
    public DatasetColumn? Column(Expectation expectation, string name)
    {
        if (name.Length == 0)
        {
            return null; // Missing was a fault already.
        }

        var found = version.Columns.FirstOrDefault(c => c.Name == name) ?? version.Columns.FirstOrDefault(c => Names.Equals(c.Name, name));
        if (found is null)
        {
            Fault(expectation, $"{version.ToReference()} has no column '{name}'. {ColumnNames.Suggest(name, version.Columns.Select(c => c.Name))}");
        }

        return found;
    }

    /// <summary>A column whose values are of one of these kinds; null, and a fault, when it is not.</summary>
    public DatasetColumn? Column(Expectation expectation, string name, params ReadOnlySpan<ValueKind> kinds)
    {
        if (Column(expectation, name) is not { } column || kinds.Contains(ValueKinds.Of(column)))
        {
            return name.Length == 0 ? null : Column(expectation, name);
        }

        var wanted = string.Join(" or ", kinds.ToArray().Select(ValueKinds.Plural));
        Fault(expectation, $"it is for {wanted}, and {column.Name} is {column.Type}.");
        return null;
    }

    /// <summary>The column in SQL; texts of all types as texts.</summary>
    public static string Sql(DatasetColumn column)
    {
        var name = $"{PlannedCheck.Row}.{DuckDbSql.Identifier(column.Name)}";
        return ValueKinds.Of(column) == ValueKind.Text && column.Type != "VARCHAR" ? $"CAST({name} AS VARCHAR)" : name;
    }

    /// <summary>A value of the expectation in SQL, to be compared with a column; null, and a fault, when it is not of the column's kind.</summary>
    public string? Literal(Expectation expectation, string member, DatasetColumn column, JsonElement value)
    {
        switch (ValueKinds.Of(column), value.ValueKind)
        {
            case (ValueKind.Number, JsonValueKind.Number):
                return $"({value.GetRawText()})";
            case (ValueKind.Boolean, JsonValueKind.True or JsonValueKind.False):
                return value.GetRawText();
            case (ValueKind.Text, JsonValueKind.String) when !value.GetString()!.Contains('\0'):
                return DuckDbSql.Literal(value.GetString()!);
            case (ValueKind.Time, JsonValueKind.String) when Time(column, value.GetString()!) is { } time:
                return time;
        }

        var write = ValueKinds.Of(column) switch
        {
            ValueKind.Number => "a number, such as 10",
            ValueKind.Boolean => "true or false",
            ValueKind.Time => "a time, such as \"2026-01-31\" or \"2026-01-31 12:00:00\"",
            _ => "a text, such as \"a\"",
        };
        Fault(expectation, $"{member} is {value.GetRawText()}, and {column.Name} is {column.Type}: write {write}.");
        return null;
    }

    public void Fault(Expectation expectation, string message) => faults.Add($"{expectation.Place}: {message}");

    // A date is compared as the beginning of its day, so that a time of day in the expectation is not lost.
    private string? Time(DatasetColumn column, string text)
    {
        var type = column.Type == "DATE" ? "TIMESTAMP" : column.Type;
        return !text.Contains('\0') && connection.Scalar($"SELECT TRY_CAST($1 AS {type}) IS NOT NULL", [text]) is true
            ? $"CAST({DuckDbSql.Literal(text)} AS {type})"
            : null;
    }
}
