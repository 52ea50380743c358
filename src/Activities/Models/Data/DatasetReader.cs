using Dag.Activities.DuckDb;

namespace Dag.Activities.Models;

/// <summary>
/// Reads a dataset into a <see cref="ModelTable"/>, chunk by chunk. Rows come sorted by the hash of their content, so neither the order of
/// the files nor that of the reading threads changes a model. Over the cap, the same rows are drawn each time, by the same hash.
/// </summary>
internal sealed class DatasetReader(DuckDbConnection connection, string relation)
{
    /// <param name="wanted">The columns to keep in memory; null keeps all. The hash takes all columns in any case.</param>
    /// <param name="maxRows">The most rows to keep, about.</param>
    /// <param name="seed">The seed of the draw over the cap.</param>
    /// <param name="progress">Hears the share read.</param>
    /// <param name="cancellationToken">Interrupts the reading.</param>
    public ModelTable Read(
        IReadOnlySet<string>? wanted, int maxRows, int seed, Action<double>? progress, CancellationToken cancellationToken)
    {
        var total = Convert.ToInt64(connection.Scalar($"SELECT count(*) FROM {relation}", null, cancellationToken));
        var readers = Readers(wanted, cancellationToken, out var unusable);
        var usable = readers.Where(r => r is not null).Select(r => r!).ToArray();
        var hashes = new List<ulong>((int)Math.Min(total, maxRows));
        var share = (double)maxRows / Math.Max(1, total);
        if (usable.Length > 0)
        {
            var select = $"SELECT {string.Join(", ", usable.Select(r => r.Sql))} FROM {relation}";
            using var result = connection.Query(select, null, cancellationToken);
            for (long done = 0; result.NextChunk(); done += result.RowCount)
            {
                progress?.Invoke((double)done / total);
                Append(result, usable, hashes, share, seed);
            }
        }

        return Sorted(usable, [.. hashes], total, unusable);
    }

    private static void Append(DuckDbResult result, ColumnReader[] readers, List<ulong> hashes, double share, int seed)
    {
        var chunk = new ulong[result.RowCount];
        for (var i = 0; i < readers.Length; i++)
        {
            readers[i].Hash(result.Vector(i), chunk);
        }

        var kept = share >= 1
            ? null
            : Array.ConvertAll(chunk, hash => RowHash.Unit(RowHash.Mix(hash, seed, SplitPurpose.Sample)) < share);
        for (var row = 0; row < chunk.Length; row++)
        {
            if (kept is null || kept[row])
            {
                hashes.Add(chunk[row]);
            }
        }

        for (var i = 0; i < readers.Length; i++)
        {
            readers[i].Append(result.Vector(i), kept);
        }
    }

    private static ModelTable Sorted(ColumnReader[] readers, ulong[] hashes, long total, IReadOnlyList<DroppedColumn> unusable)
    {
        var order = Enumerable.Range(0, hashes.Length).ToArray();
        Array.Sort(hashes, order);
        return new ModelTable([.. readers.Where(r => r.IsKept).Select(r => r.ToColumn(order))], hashes)
        {
            SourceRows = total,
            Unusable = unusable,
        };
    }

    private ColumnReader?[] Readers(
        IReadOnlySet<string>? wanted, CancellationToken cancellationToken, out IReadOnlyList<DroppedColumn> unusable)
    {
        using var head = connection.Query($"SELECT * FROM {relation} LIMIT 0", null, cancellationToken);
        var dropped = new List<DroppedColumn>();
        var readers = new ColumnReader?[head.Columns.Count];
        for (var i = 0; i < readers.Length; i++)
        {
            var column = head.Columns[i];
            readers[i] = ColumnReader.For(column, wanted?.Contains(column.Name) ?? true);
            if (readers[i] is null)
            {
                dropped.Add(new DroppedColumn(column.Name, $"of the type {column.Type}, from which nothing can be learnt"));
            }
        }

        unusable = dropped;
        return readers;
    }
}
