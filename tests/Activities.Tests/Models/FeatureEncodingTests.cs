using Dag.Activities.Models;
using Dag.Workflows.Activities;

namespace Dag.Activities.Tests.Models;

public sealed class FeatureEncodingTests
{
    [Fact]
    public void Missing_numbers_stay_missing_for_trees_and_are_filled_with_the_median_for_others()
    {
        var table = Table(ModelColumn.OfNumbers("x", [4, double.NaN, 1, 2, 100]));
        var encoding = Fit(table, rows: [0, 1, 2, 3]);

        Assert.Equal(["x"], encoding.FeatureNames(filled: false));
        Assert.Equal([4, double.NaN, 1, 2, 100], Expand(encoding, table, filled: false).Select(r => r[0]));
        Assert.Equal(["x", "x is missing"], encoding.FeatureNames(filled: true));
        Assert.Equal([[4, 0], [2, 1], [1, 0], [2, 0], [100, 0]], Expand(encoding, table, filled: true));
    }

    [Fact]
    public void Texts_become_one_feature_each_and_the_rare_the_unseen_and_the_missing_share_one()
    {
        string?[] colors = ["red", "red", "red", "blue", "blue", "green", null];
        var encoding = Fit(Table(ModelColumn.OfTexts("color", colors)), maxCategories: 2);

        Assert.Equal(["color=red", "color=blue", "color=(other)", "color=(missing)"], encoding.FeatureNames(filled: true));
        Assert.Equal(
            [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1]],
            Expand(encoding, Table(ModelColumn.OfTexts("color", ["blue", "green", "never seen", null])), filled: true));
    }

    [Fact]
    public void Without_rare_texts_an_unseen_one_sets_no_feature()
    {
        var encoding = Fit(Table(ModelColumn.OfTexts("color", ["red", "blue", "red"])));

        Assert.Equal([[0, 0]], Expand(encoding, Table(ModelColumn.OfTexts("color", ["never seen"])), filled: true));
    }

    [Fact]
    public void Dates_become_their_parts_and_the_days_since_the_first()
    {
        var times = new[] { "2023-12-31 22:00", "2024-02-29 06:30", "2024-03-03 06:30" };
        var encoding = Fit(DateText.Recognise(Table(ModelColumn.OfTexts("at", times))));

        Assert.Equal(
            ["at Year", "at Month", "at DayOfWeek", "at DayOfYear", "at Hour", "at ElapsedDays"], encoding.FeatureNames(filled: false));
        var rows = Expand(encoding, Table(ModelColumn.OfTexts("at", [times[1], "no date", null])), filled: false);
        Assert.Equal([2024, 2, 4, 60, 6, 59 + (8.5 / 24)], rows[0], (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.All(rows[1].Concat(rows[2]), value => Assert.True(double.IsNaN(value)));
    }

    [Fact]
    public void Parts_of_dates_that_do_not_vary_are_left_out()
    {
        var seconds = Enumerable.Range(0, 5).Select(i => i * 86400.0).ToArray();
        var encoding = Fit(Table(ModelColumn.OfNumbers("day", seconds, ColumnKind.Time)));

        Assert.Equal(["day DayOfWeek", "day DayOfYear", "day ElapsedDays"], encoding.FeatureNames(filled: false));
    }

    [Fact]
    public void Columns_without_information_and_identifiers_are_dropped_with_the_reason()
    {
        var rows = Enumerable.Range(0, 100).ToArray();
        var table = Table(
            ModelColumn.OfNumbers("constant", [.. rows.Select(_ => 7.0)]),
            ModelColumn.OfNumbers("empty", [.. rows.Select(_ => double.NaN)]),
            ModelColumn.OfTexts("same", [.. rows.Select(_ => "a")]),
            ModelColumn.OfNumbers("counter", [.. rows.Select(i => 5000.0 + i)]),
            ModelColumn.OfNumbers("customer_id", [.. rows.Select(i => i * 977.0)]),
            ModelColumn.OfTexts("name", [.. rows.Select(i => $"n{i}")]),
            ModelColumn.OfNumbers("measure", [.. rows.Select(i => i * 977.0)]),
            ModelColumn.OfNumbers("flag", [.. rows.Select(i => i % 2.0)], ColumnKind.Boolean));
        var encoding = Fit(table);

        Assert.Equal(["measure", "flag"], encoding.Columns.Select(c => c.Name));
        Assert.Equal(
            [("constant", "constant"), ("empty", "empty"), ("same", "constant"), ("counter", "like an identifier"),
                ("customer_id", "like an identifier"), ("name", "like an identifier (100 different texts in 100 rows)")],
            encoding.Dropped.Select(d => (d.Name, d.Reason)));
    }

    [Fact]
    public void Identifiers_that_were_asked_for_by_name_are_kept()
    {
        var table = Table(ModelColumn.OfNumbers("counter", [.. Enumerable.Range(0, 100).Select(i => (double)i)]));
        var encoding = FeatureEncodingFit.Fit(
            table, [.. Enumerable.Range(0, 100)], table.Columns, maxCategories: 50, dropIdentifiers: false);

        Assert.Equal("counter", Assert.Single(encoding.Columns).Name);
    }

    [Fact]
    public void Data_without_a_column_that_the_model_needs_is_refused_by_name()
    {
        var encoding = Fit(Table(ModelColumn.OfNumbers("distance", [1, 2, 3])));
        var fault = Assert.Throws<ActivityException>(() => Expand(encoding, Table(ModelColumn.OfNumbers("distanz", [1])), filled: true));

        Assert.Contains("no column 'distance', which the model was trained on. Did you mean 'distanz'?", fault.Message);
    }

    [Fact]
    public void New_data_is_read_as_the_kind_that_the_model_was_trained_on()
    {
        var encoding = Fit(Table(ModelColumn.OfNumbers("x", [1, 2]), ModelColumn.OfTexts("code", ["7", "8"])));
        var data = Table(ModelColumn.OfTexts("x", ["1.5", "?"]), ModelColumn.OfNumbers("code", [8, double.NaN]));

        Assert.Equal([[1.5, 0, 1], [double.NaN, 0, 0]], Expand(encoding, data, filled: false));
    }

    private static ModelTable Table(params ModelColumn[] columns) => new(columns);

    private static FeatureEncoding Fit(ModelTable table, int[]? rows = null, int maxCategories = 50) => FeatureEncodingFit.Fit(
        table, rows ?? [.. Enumerable.Range(0, table.Rows)], table.Columns, maxCategories, dropIdentifiers: true);

    private static double[][] Expand(FeatureEncoding encoding, ModelTable table, bool filled)
    {
        var encoded = encoding.Encode(table, [.. Enumerable.Range(0, table.Rows)], filled);
        var expanded = new double[encoded.Rows][];
        for (var i = 0; i < expanded.Length; i++)
        {
            expanded[i] = new double[encoded.Width];
            encoded.Expand(i, expanded[i]);
        }

        return expanded;
    }
}
