using System.Text.Json;
using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;
using Dag.Workflows.Values;

namespace Dag.Activities.Queries;

/// <summary>Reads the rows of a query as values, within limits: memory holds no more than they allow.</summary>
internal static class QueryRows
{
    /// <summary>The most bytes that the rows may have, about.</summary>
    public const int MostBytes = 8 << 20;

    private const int BytesOfValue = 16;

    /// <summary>Reads them. Blocks its thread.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="view">The view that is read.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="most">How many rows there may be.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    /// <exception cref="ActivityException">There are more rows, or they are too large.</exception>
    public static List<Dictionary<string, object?>> Read(
        DuckDbConnection connection, string view, IReadOnlyList<DatasetColumn> columns, int most, CancellationToken cancellationToken)
    {
        var rows = new List<Dictionary<string, object?>>();
        long bytes = 0;
        using var result = connection.Query($"SELECT {string.Join(", ", columns.Select(Sql))} FROM {view}", null, cancellationToken);
        while (result.NextChunk())
        {
            for (var i = 0; i < result.RowCount; i++)
            {
                if (rows.Count == most)
                {
                    throw Fault($"The query gives more than {most:N0} rows: add LIMIT, raise maxRows, or set into to keep them as a dataset.");
                }

                var row = new Dictionary<string, object?>(columns.Count);
                for (var c = 0; c < columns.Count; c++)
                {
                    var vector = result.Vector(c);
                    bytes += BytesOfValue + (vector.Column.Type is DuckDbType.Varchar or DuckDbType.Blob ? vector.Bytes(i).Length : 0);
                    if (bytes > MostBytes)
                    {
                        throw Fault($"The rows of the query have more than {MostBytes >> 20} MiB: select less, or set into to keep them as a dataset.");
                    }

                    row[columns[c].Name] = Value(vector.GetValue(i), IsNested(columns[c]));
                }

                rows.Add(row);
            }
        }

        return rows;
    }

    // Lists and the like come as JSON, what no vector can be read of as text.
    private static string Sql(DatasetColumn column)
    {
        var name = DuckDbSql.Identifier(column.Name);
        return IsNested(column) ? $"CAST(to_json({name}) AS VARCHAR)"
            : column.Type is "UUID" or "INTERVAL" or "BIT" or "BIGNUM" or "JSON" || column.Type.StartsWith("ENUM", StringComparison.Ordinal)
                || column.Type.StartsWith("TIME WITH", StringComparison.Ordinal) || column.Type == "TIME_NS" ? $"CAST({name} AS VARCHAR)"
            : name;
    }

    private static bool IsNested(DatasetColumn column) => column.Type.EndsWith(']') || column.Type is "VARIANT"
        || column.Type.StartsWith("STRUCT(", StringComparison.Ordinal) || column.Type.StartsWith("MAP(", StringComparison.Ordinal)
        || column.Type.StartsWith("UNION(", StringComparison.Ordinal);

    private static object? Value(object? value, bool nested) => value switch
    {
        string json when nested => FromJson(json),
        DateOnly day => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
        _ => value,
    };

    private static object? FromJson(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ValueConverter.FromJson(document.RootElement);
    }

    private static ActivityException Fault(string message) => new(message) { Retryable = false };
}
