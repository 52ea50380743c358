using Dag.Activities.DuckDb;
using Dag.Activities.Lake;

namespace Dag.Activities.Transform;

/// <summary>Reads Parquet.</summary>
internal sealed class ParquetReader(ConversionRequest request) : SourceReader(request)
{
    public override IReadOnlyList<DatasetColumn> Describe(DuckDbConnection connection, CancellationToken cancellationToken)
    {
        var columns = DescribeSelect(connection, $"SELECT * FROM read_parquet({Paths})", cancellationToken);
        foreach (var file in Request.Files.Skip(1))
        {
            var other = DescribeSelect(connection, $"SELECT * FROM read_parquet({DuckDbSql.FilePath(file.Path)})", cancellationToken);
            ColumnChecks.SameNames(Request.Files[0], columns, file, other);
        }

        return columns;
    }

    public override string Select(IReadOnlyList<DatasetColumn> columns) =>
        $"SELECT {string.Join(", ", columns.Select(c => $"{Cast(c)} AS {Name(c)}"))} FROM read_parquet({Paths})";

    // The format has checksums of its own, and no texts that could be read in another way.
    public override bool Inspect(IReadOnlyList<DatasetColumn> columns, CancellationToken cancellationToken) => true;

    private static string Cast(DatasetColumn column)
    {
        var cast = $"CAST({Name(column)} AS {column.Type})";
        return LosslessCast.Applies(column, LosslessCast.AllTypes)
            ? $"CASE WHEN {cast} <> {Name(column)} THEN error({LosslessCast.Complaint(column, Name(column))}) ELSE {cast} END"
            : cast;
    }
}
