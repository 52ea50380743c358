using System.Globalization;
using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;
using Dag.Workflows.Values;

namespace Dag.Activities.Queries;

/// <summary>Values of a workflow that SQL reads with <c>getvariable('name')</c>: they are never a part of its text.</summary>
internal static class QueryVariables
{
    /// <summary>Sets those that a query reads on the connection.</summary>
    /// <exception cref="ActivityException">There is no such value, or it is of a kind that SQL does not have.</exception>
    public static void Set(DuckDbConnection connection, IReadOnlyList<string> names, IReadOnlyDictionary<string, object?> values)
    {
        var given = new Dictionary<string, object?>(values, StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            if (!given.TryGetValue(name, out var value))
            {
                throw Fault($"There is no value '{name}' for the query. {ColumnNames.Suggest(name, given.Keys, "There are")} Give it in parameters, or as a variable of the workflow.", null);
            }

            try
            {
                connection.Execute($"SET VARIABLE {DuckDbSql.Identifier(name)} = {Sql(name, ValueConverter.Normalize(value))}");
            }
            catch (Exception e) when (e is DuckDbException or ArgumentException)
            {
                throw Fault($"The value '{name}' cannot be used: {e.Message.Split('\n')[0]}", e);
            }
        }
    }

    private static string Sql(string name, object? value) => value switch
    {
        null => "NULL",
        bool flag => flag ? "true" : "false",
        int or long or decimal => $"({((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)})",
        double number when double.IsFinite(number) => $"CAST({DuckDbSql.Literal(number.ToString("R", CultureInfo.InvariantCulture))} AS DOUBLE)",
        double number => $"CAST({DuckDbSql.Literal(double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf")} AS DOUBLE)",
        string text => DuckDbSql.Literal(text),
        Guid id => $"CAST({DuckDbSql.Literal(id.ToString())} AS UUID)",
        DateTimeOffset time => $"CAST({DuckDbSql.Literal(time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture))} AS TIMESTAMP)",
        TimeSpan span => $"to_microseconds({((long)span.TotalMicroseconds).ToString(CultureInfo.InvariantCulture)})",
        IEnumerable<object?> items => $"[{string.Join(", ", items.Select(i => Sql(name, i)))}]",
        _ => throw Fault($"The value '{name}' is an object: give its members as values of their own.", null),
    };

    private static ActivityException Fault(string message, Exception? cause) => new(message, cause) { Retryable = false };
}
