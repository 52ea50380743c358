using System.Text.Json;
using Dag.Activities.DuckDb;
using Dag.Activities.Lake;

namespace Dag.Activities.Transform;

/// <summary>How one CSV file is written, as the engine finds it by looking, and which columns it has.</summary>
internal sealed record CsvLayout
{
    public const string CarriageReturns = @"\r\n";
    private const string LineFeeds = @"\n";
    private const string None = "(empty)";

    public required IReadOnlyList<DatasetColumn> Columns { get; init; }

    public required string Delimiter { get; init; }

    /// <summary>Empty when there is none.</summary>
    public required string Quote { get; init; }

    /// <summary>Empty when quotes within quotes are written twice.</summary>
    public required string Escape { get; init; }

    /// <summary>In the engine's notation, such as <see cref="CarriageReturns"/>.</summary>
    public required string NewLine { get; init; }

    public required string Comment { get; init; }

    public required long SkipLines { get; init; }

    public required bool Header { get; init; }

    /// <summary>Empty when dates have the form of ISO 8601, or there are none.</summary>
    public required string DateFormat { get; init; }

    /// <summary>Empty when timestamps have the form of ISO 8601, or there are none.</summary>
    public required string TimestampFormat { get; init; }

    /// <summary>Whether fields can be told apart by looking at single bytes.</summary>
    public bool IsPlain =>
        Delimiter is [<= '\x7f'] && Quote is "" or [<= '\x7f'] && Escape.Length == 0
        && NewLine is LineFeeds or CarriageReturns && Comment.Length == 0 && SkipLines == 0;

    /// <summary>Looks at a file.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="file">The file.</param>
    /// <param name="options">What is known of it, as options of the engine's reader.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static CsvLayout Sniff(DuckDbConnection connection, SourceFile file, string options, CancellationToken cancellationToken)
    {
        using var result = connection.Query(
            "SELECT HasHeader, CAST(to_json(Columns) AS VARCHAR), Delimiter, Quote, Escape, NewLineDelimiter, Comment, " +
            "CAST(SkipRows AS BIGINT), CAST(DateFormat AS VARCHAR), CAST(TimestampFormat AS VARCHAR) " +
            $"FROM sniff_csv({DuckDbSql.FilePath(file.Path)}, {options}, ignore_errors = true)",
            null,
            cancellationToken);
        result.NextChunk();
        string Text(int column) => result.Vector(column).GetString(0) is { } text and not None ? text : "";
        using var columns = JsonDocument.Parse(Text(1));
        return new CsvLayout
        {
            Columns = [.. columns.RootElement.EnumerateArray()
                .Select(c => new DatasetColumn(c.GetProperty("name").GetString()!, c.GetProperty("type").GetString()!))],
            Header = result.Vector(0).GetBoolean(0),
            Delimiter = Text(2),
            Quote = Text(3),
            Escape = Text(4) is var escape && escape == Text(3) ? "" : escape,
            NewLine = Text(5),
            Comment = Text(6),
            SkipLines = result.Vector(7).GetInt64(0),
            DateFormat = Text(8) is var date and not "%Y-%m-%d" ? date : "",
            TimestampFormat = Text(9),
        };
    }

    /// <summary>Whether a file is written like another, and has the same columns in the same order.</summary>
    public bool ReadsLike(CsvLayout other) =>
        (this with { Columns = other.Columns }) == other && Columns.Select(c => c.Name).SequenceEqual(other.Columns.Select(c => c.Name));
}
