using Dag.Activities.Models;

namespace Dag.Activities.Tests.Models;

public sealed class RowSplitTests
{
    [Fact]
    public void A_row_that_is_held_out_stays_held_out_whatever_comes_before_after_or_beside_it()
    {
        var before = Table(0, 500);
        var later = Enumerable.Range(-300, 1200).Select(i => i < 0 || i >= 500 ? i : double.NaN);
        var after = Table(-300, 900, ModelColumn.OfNumbers("later", [.. later]));
        var heldOut = Split(SplitKind.Content, before).Test.Select(r => before.Find("x")!.Numbers[r]).ToHashSet();
        var heldOutLater = Split(SplitKind.Content, after).Test.Select(r => after.Find("x")!.Numbers[r]);

        Assert.Equal(heldOut.Order(), heldOutLater.Where(x => x is >= 0 and < 500).Order());
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.25)]
    [InlineData(0.5)]
    public void The_share_held_out_by_content_is_near_what_was_asked(double share)
    {
        var table = Table(0, 20_000);
        var split = RowSplit.Make(SplitKind.Content, table, AllRows(table), share, 42);

        Assert.InRange(split.Test.Length / 20_000.0, share - 0.015, share + 0.015);
    }

    [Fact]
    public void Rows_of_the_same_content_fall_on_the_same_side_and_into_the_same_fold()
    {
        var table = new ModelTable([ModelColumn.OfNumbers("x", [.. Enumerable.Range(0, 600).Select(i => (double)(i % 60))])]);
        var split = Split(SplitKind.Content, table);
        var train = split.Train.Select(r => table.Find("x")!.Numbers[r]).ToHashSet();
        var folds = RowSplit.Folds(table.Hashes, split.Train, 3, 42)!;

        Assert.DoesNotContain(split.Test, r => train.Contains(table.Find("x")!.Numbers[r]));
        Assert.All(
            split.Train.Zip(folds).GroupBy(p => table.Find("x")!.Numbers[p.First]),
            group => Assert.Single(group.Select(p => p.Second).Distinct()));
    }

    [Fact]
    public void Folds_have_the_same_size_and_each_row_is_in_one()
    {
        var table = Table(0, 101);
        var folds = RowSplit.Folds(table.Hashes, AllRows(table), 4, 42)!;

        Assert.Equal([26, 25, 25, 25], folds.CountBy(f => f).OrderBy(p => p.Key).Select(p => p.Value));
    }

    [Fact]
    public void There_are_no_folds_of_fewer_different_rows()
    {
        var table = new ModelTable([ModelColumn.OfNumbers("x", [1, 2, 1, 2, 1, 2])]);

        Assert.Null(RowSplit.Folds(table.Hashes, AllRows(table), 3, 42));
        Assert.NotNull(RowSplit.Folds(table.Hashes, AllRows(table), 2, 42));
    }

    [Fact]
    public void A_random_split_holds_out_the_exact_share_and_each_row_once()
    {
        var table = Table(0, 442);
        var split = Split(SplitKind.Random, table);

        Assert.Equal((331, 111), (split.Train.Length, split.Test.Length));
        Assert.Equal(AllRows(table), split.Train.Concat(split.Test).Order());
        Assert.NotEqual(split.Test, RowSplit.Make(SplitKind.Random, table, AllRows(table), 0.25, 43).Test);
    }

    [Fact]
    public void The_seed_changes_what_is_held_out()
    {
        var table = Table(0, 1000);
        var first = Split(SplitKind.Content, table).Test.ToHashSet();
        var both = RowSplit.Make(SplitKind.Content, table, AllRows(table), 0.25, 43).Test.Count(first.Contains);

        // A quarter of a quarter, as of two independent draws.
        Assert.InRange(both, 40, 90);
    }

    [Fact]
    public void The_hash_of_a_row_is_the_same_in_every_version_of_the_program()
    {
        var table = new ModelTable([
            ModelColumn.OfTexts("color", ["red"]), ModelColumn.OfNumbers("x", [-0.0]), ModelColumn.OfNumbers("gone", [double.NaN])]);
        var same = new ModelTable([ModelColumn.OfNumbers("x", [0.0]), ModelColumn.OfTexts("color", ["red"])]);

        Assert.Equal(table.Hashes, same.Hashes);
        Assert.Equal(3023783734448695695UL, table.Hashes[0]);
    }

    private static RowSplit Split(SplitKind kind, ModelTable table) => RowSplit.Make(kind, table, AllRows(table), 0.25, 42);

    private static int[] AllRows(ModelTable table) => [.. Enumerable.Range(0, table.Rows)];

    private static ModelTable Table(int from, int to, params ModelColumn[] more) => new([
        ModelColumn.OfNumbers("x", [.. Enumerable.Range(from, to - from).Select(i => (double)i)]),
        ModelColumn.OfTexts("t", [.. Enumerable.Range(from, to - from).Select(i => $"t{i % 3}")]),
        .. more]);
}
