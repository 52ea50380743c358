using System.Text;
using Dag.Activities.DuckDb;

namespace Dag.Activities.Models;

/// <summary>Collects one column of a query, as numbers or as codes of texts.</summary>
internal sealed class ColumnReader
{
    private readonly string _name;
    private readonly ColumnKind _kind;
    private readonly ulong _nameHash;
    private readonly List<double> _numbers = [];
    private readonly List<int> _codes = [];
    private readonly TextDictionary _texts = new();
    private char[] _characters = new char[256];

    private ColumnReader(string name, ColumnKind kind, string sql, bool kept)
    {
        _name = name;
        _kind = kind;
        Sql = sql;
        IsKept = kept;
        _nameHash = RowHash.Of(name);
    }

    /// <summary>What to select: a DOUBLE, or a VARCHAR for text.</summary>
    public string Sql { get; }

    /// <summary>Whether the values are kept, and not only hashed.</summary>
    public bool IsKept { get; }

    /// <summary>A reader for a column; null for types that are no numbers, times or texts.</summary>
    public static ColumnReader? For(DuckDbColumn column, bool kept)
    {
        var name = DuckDbSql.Identifier(column.Name);
        return column.Type switch
        {
            DuckDbType.Boolean => new ColumnReader(column.Name, ColumnKind.Boolean, $"CAST({name} AS DOUBLE)", kept),
            (>= DuckDbType.TinyInt and <= DuckDbType.Double) or DuckDbType.HugeInt or DuckDbType.UHugeInt or DuckDbType.Decimal =>
                new ColumnReader(column.Name, ColumnKind.Number, $"CAST({name} AS DOUBLE)", kept),
            DuckDbType.Time or DuckDbType.Interval =>
                new ColumnReader(column.Name, ColumnKind.Number, $"CAST(epoch({name}) AS DOUBLE)", kept),
            DuckDbType.Date or DuckDbType.Timestamp or DuckDbType.TimestampTz or DuckDbType.TimestampSeconds
                or DuckDbType.TimestampMilliseconds or DuckDbType.TimestampNanoseconds =>
                new ColumnReader(column.Name, ColumnKind.Time, $"CASE WHEN isfinite({name}) THEN CAST(epoch({name}) AS DOUBLE) END", kept),
            DuckDbType.Varchar or DuckDbType.Enum or DuckDbType.Uuid =>
                new ColumnReader(column.Name, ColumnKind.Text, $"CAST({name} AS VARCHAR)", kept),
            _ => null,
        };
    }

    /// <summary>Adds the values of a chunk to the hashes of its rows.</summary>
    public void Hash(DuckDbVector vector, ulong[] hashes)
    {
        if (_kind == ColumnKind.Text)
        {
            for (var row = 0; row < hashes.Length; row++)
            {
                hashes[row] += vector.IsNull(row) ? 0 : RowHash.Part(_nameHash, RowHash.Of(vector.Bytes(row)));
            }

            return;
        }

        var values = vector.Values<double>();
        for (var row = 0; row < hashes.Length; row++)
        {
            hashes[row] += vector.IsNull(row) || double.IsNaN(values[row]) ? 0 : RowHash.Part(_nameHash, RowHash.Of(values[row]));
        }
    }

    /// <summary>Keeps the values of a chunk, or those of the rows that are kept.</summary>
    public void Append(DuckDbVector vector, bool[]? kept)
    {
        for (var row = 0; row < vector.Length && IsKept; row++)
        {
            if (kept?[row] == false)
            {
                continue;
            }

            if (_kind == ColumnKind.Text)
            {
                _codes.Add(vector.IsNull(row) ? -1 : CodeOf(vector.Bytes(row)));
            }
            else
            {
                _numbers.Add(vector.IsNull(row) ? double.NaN : vector.Values<double>()[row]);
            }
        }
    }

    /// <summary>The column, with its rows in this order.</summary>
    public ModelColumn ToColumn(int[] order) => _kind == ColumnKind.Text
        ? ModelColumn.OfCodes(_name, Array.ConvertAll(order, i => _codes[i]), _texts.ToArray())
        : ModelColumn.OfNumbers(_name, Array.ConvertAll(order, i => _numbers[i]), _kind);

    private int CodeOf(ReadOnlySpan<byte> utf8)
    {
        if (_characters.Length < utf8.Length)
        {
            _characters = new char[utf8.Length * 2];
        }

        return _texts.CodeOf(_characters.AsSpan(0, Encoding.UTF8.GetChars(utf8, _characters)));
    }
}
