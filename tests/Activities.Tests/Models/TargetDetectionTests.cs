using Dag.Activities.Models;

namespace Dag.Activities.Tests.Models;

public sealed class TargetDetectionTests
{
    [Fact]
    public void Two_texts_are_a_binary_question() =>
        AssertTask(ModelTask.Binary, ModelColumn.OfTexts("y", Repeat("no", "yes")), "no", "yes");

    [Fact]
    public void Three_texts_are_a_multiclass_question() =>
        AssertTask(ModelTask.Multiclass, ModelColumn.OfTexts("y", Repeat("b", "a", "c")), "a", "b", "c");

    [Fact]
    public void Booleans_are_a_binary_question() =>
        AssertTask(ModelTask.Binary, ModelColumn.OfNumbers("y", Repeat(1.0, 0.0), ColumnKind.Boolean), "false", "true");

    [Fact]
    public void Two_numbers_are_a_binary_question() =>
        AssertTask(ModelTask.Binary, ModelColumn.OfNumbers("y", Repeat(-1.5, 10)), "-1.5", "10");

    [Fact]
    public void A_few_whole_numbers_are_classes_in_numeric_order() =>
        AssertTask(ModelTask.Multiclass, ModelColumn.OfNumbers("y", Repeat(10.0, 9, 2)), "2", "9", "10");

    [Fact]
    public void Numbers_with_fractions_are_a_regression() =>
        AssertTask(ModelTask.Regression, ModelColumn.OfNumbers("y", Repeat(1.5, 2, 3)));

    [Fact]
    public void Whole_numbers_that_are_not_repeated_much_are_a_regression() =>
        AssertTask(ModelTask.Regression, ModelColumn.OfNumbers("y", [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]));

    [Fact]
    public void Rows_without_a_target_are_counted_and_left_out()
    {
        var target = TargetDetection.Detect(
            new ModelTable([ModelColumn.OfTexts("y", ["a", null, "b", "a"])]), "y", ModelTask.Auto);

        Assert.Equal(1, target.Missing);
        Assert.Equal([0, 2, 3], target.KnownRows());
        Assert.Equal([0, double.NaN, 1, 0], target.Values);
    }

    [Fact]
    public void Classes_of_a_model_are_found_again_in_new_data_and_unknown_ones_are_not()
    {
        var target = TargetDetection.Apply(
            new ModelTable([ModelColumn.OfTexts("y", ["new", "b", null])]), "y", ModelTask.Binary, ["a", "b"]);

        Assert.Equal([double.NaN, 1, double.NaN], target.Values);
        Assert.Equal(1, target.Missing);
    }

    private static T[] Repeat<T>(params T[] values) => [.. Enumerable.Range(0, 60).Select(i => values[i % values.Length])];

    private static void AssertTask(ModelTask task, ModelColumn column, params string[] classes)
    {
        var target = TargetDetection.Detect(new ModelTable([column]), "y", ModelTask.Auto);

        Assert.Equal(task, target.Task);
        Assert.Equal(classes, target.Classes);
    }
}
