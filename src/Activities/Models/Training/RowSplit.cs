namespace Dag.Activities.Models;

/// <summary>The rows of a table that a model learns from and those that it is tested on.</summary>
/// <param name="Train">The training rows.</param>
/// <param name="Test">The held-out rows.</param>
internal sealed record RowSplit(int[] Train, int[] Test)
{
    public static RowSplit Make(SplitKind kind, ModelTable table, int[] rows, double testShare, int seed) => kind == SplitKind.Content
        ? new RowSplit(
            [.. rows.Where(r => !IsHeldOut(table.Hashes[r], testShare, seed))],
            [.. rows.Where(r => IsHeldOut(table.Hashes[r], testShare, seed))])
        : Permute(rows, testShare, seed);

    /// <summary>Whether the content of a row puts it into the test part.</summary>
    public static bool IsHeldOut(ulong hash, double testShare, int seed) =>
        RowHash.Unit(RowHash.Mix(hash, seed, SplitPurpose.Test)) < testShare;

    /// <summary>
    /// For each of the rows its fold, 0 to <paramref name="folds"/> - 1: folds of equal size, and rows of the same content in the same
    /// fold.
    /// Null when there are fewer different rows than folds.
    /// </summary>
    public static int[]? Folds(ulong[] hashes, int[] rows, int folds, int seed)
    {
        var keys = Array.ConvertAll(rows, r => RowHash.Mix(hashes[r], seed, SplitPurpose.Fold));
        var order = Enumerable.Range(0, rows.Length).ToArray();
        Array.Sort((ulong[])keys.Clone(), order);
        var assigned = new int[rows.Length];
        var different = 0;
        for (var i = 0; i < order.Length; i++)
        {
            different += i > 0 && keys[order[i]] != keys[order[i - 1]] ? 1 : 0;
            assigned[order[i]] = different % folds;
        }

        return different + 1 >= folds ? assigned : null;
    }

    // Fisher and Yates, with random numbers of our own: the framework may change its generator.
    private static RowSplit Permute(int[] rows, double testShare, int seed)
    {
        var permuted = (int[])rows.Clone();
        for (var i = permuted.Length - 1; i > 0; i--)
        {
            var j = (int)(RowHash.Unit(RowHash.Mix((ulong)i, seed, SplitPurpose.Test)) * (i + 1));
            (permuted[i], permuted[j]) = (permuted[j], permuted[i]);
        }

        var tests = (int)Math.Ceiling(testShare * rows.Length);
        return new RowSplit([.. permuted[tests..].Order()], [.. permuted[..tests].Order()]);
    }
}
