using System.Text;

namespace Dag.Activities.Models;

/// <summary>
/// Hashes the content of a row, so that the same row falls on the same side of a split in every version of a dataset. The hash is ours,
/// not the data engine's: it must not change with a library. Missing values are left out and columns are taken by name, so a column
/// that is added later and empty in the old rows does not move them.
/// </summary>
internal static class RowHash
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>One hash for each row over all columns, whatever their order.</summary>
    public static ulong[] Of(IEnumerable<ModelColumn> columns, int rows)
    {
        var hashes = new ulong[rows];
        foreach (var column in columns)
        {
            Add(column, hashes);
        }

        return hashes;
    }

    /// <summary>Derives from a row's hash a number that is evenly spread and independent for each seed and purpose.</summary>
    public static ulong Mix(ulong hash, int seed, SplitPurpose purpose) =>
        Scramble(hash ^ Scramble(((ulong)(uint)seed << 8 | (ulong)purpose) + Golden));

    /// <summary>Maps a number over the whole range to 0 ≤ x &lt; 1.</summary>
    public static double Unit(ulong number) => (number >> 11) * (1.0 / (1UL << 53));

    /// <summary>What a value adds to the hash of its row. A sum does not depend on the order of the columns.</summary>
    /// <param name="column">The hash of the column's name.</param>
    /// <param name="value">The hash of the value.</param>
    public static ulong Part(ulong column, ulong value) => Scramble(column ^ Scramble(value + Golden));

    /// <summary>Hashes a text in UTF-8.</summary>
    public static ulong Of(ReadOnlySpan<byte> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var unit in text)
        {
            hash = (hash ^ unit) * 1099511628211UL;
        }

        return Scramble(hash);
    }

    /// <summary>Hashes a text.</summary>
    public static ulong Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Hashes a number. Adding zero turns -0 into 0, which is equal and must hash alike.</summary>
    public static ulong Of(double number) => Scramble(BitConverter.DoubleToUInt64Bits(number + 0.0));

    private static void Add(ModelColumn column, ulong[] hashes)
    {
        var name = Of(column.Name);
        var texts = Array.ConvertAll(column.Texts, text => Of(text));
        for (var row = 0; row < hashes.Length; row++)
        {
            if (!column.IsMissing(row))
            {
                hashes[row] += Part(name, column.Kind == ColumnKind.Text ? texts[column.Codes[row]] : Of(column.Numbers[row]));
            }
        }
    }

    // The finaliser of SplitMix64.
    private static ulong Scramble(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
