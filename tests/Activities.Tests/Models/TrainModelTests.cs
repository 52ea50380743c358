using System.Text.Json;
using Dag.Activities.Lake;
using Dag.Activities.Models;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Tests.Models;

public sealed class TrainModelTests
{
    [Fact]
    public async Task The_best_candidate_becomes_a_version_with_all_that_it_was_made_from()
    {
        await using var fixture = await ModelFixture.CreateAsync();
        var dataset = await fixture.PublishFlightsAsync(0, 2000);
        var trained = await fixture.TrainAsync(dataset, "delay", t => (t.Folds, t.Rounds) = (3, 100));

        Assert.Equal(new ModelReference("flights-delay", 1), trained.ModelVersion);
        Assert.Equal("xgboost", trained.Algorithm);
        Assert.True(trained.Metrics!["rmse"] < 0.4 * trained.DummyMetrics!["rmse"]);
        Assert.Equal(2000, trained.Rows);
        Assert.Contains("Column 'flight_id' is not used: like an identifier.", trained.Notes);

        var version = await fixture.Registry.GetAsync(trained.ModelVersion!, CancellationToken.None);
        Assert.Equal(["dummy", "linear", "xgboost"], version.Candidates.Select(c => c.Candidate));
        Assert.All(version.Candidates, c => Assert.True(c.CrossValidation!["rmse"] > 0));
        Assert.Equal(dataset, version.Dataset);
        Assert.Equal(("run-1", ModelTask.Regression, ModelMetric.Rmse), (version.RunId, version.Task, version.Metric));
        Assert.Equal(["crossValidation", "test", "train"], version.Metrics.Keys.Order());
        Assert.Equal(version.Metrics["test"], trained.Metrics);
        Assert.Equal(
            ["distance", "day Month", "day DayOfWeek", "day DayOfYear", "day ElapsedDays", "rain"], version.FeatureNames.Take(6));
        var folder = fixture.Registry.FolderOf(version);
        Assert.Equal(["manifest.json", "model.json"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "model.json")));
        Assert.Equal(
            version.FeatureNames,
            file.RootElement.GetProperty("learner").GetProperty("feature_names").EnumerateArray().Select(n => n.GetString()!));
        Assert.Equal(1, fixture.Progress[^1].Fraction);
        Assert.Contains("flights-delay@1: xgboost, rmse", fixture.Progress[^1].Message);
        Assert.Equal(fixture.Progress.Select(p => p.Fraction).Order(), fixture.Progress.Select(p => p.Fraction));
    }

    [Fact]
    public async Task Text_becomes_classes_and_a_loaded_version_predicts_what_was_measured()
    {
        await using var fixture = await ModelFixture.CreateAsync();
        var dataset = await fixture.PublishAsync("flowers", """
            SELECT (hash(i) % 100)::DOUBLE AS length, (hash(i + 3) % 100)::DOUBLE AS width,
                   CASE WHEN length > 60 THEN 'rose' WHEN width > 50 THEN 'tulip' ELSE 'daisy' END AS kind
            FROM range(600) t(i)
            """);
        foreach (var candidate in (string[])["dummy", "logistic", "xgboost"])
        {
            var trained = await fixture.TrainAsync(dataset, "kind", t => (t.Candidates, t.Model) = ([candidate], $"flowers-{candidate}"));
            var version = await fixture.Registry.GetAsync(trained.ModelVersion!, CancellationToken.None);
            Assert.Equal(["daisy", "rose", "tulip"], version.Classes);
            var model = await fixture.Registry.LoadAsync(version, CancellationToken.None);
            var table = await fixture.ReadAsync(dataset);
            var target = TargetDetection.Apply(table, "kind", version.Task, version.Classes);
            var split = RowSplit.Make(SplitKind.Content, table, target.KnownRows(), 0.25, 42);

            Assert.Equal(trained.Metrics, model.Score(table, target.Values, split.Test));
            Assert.True(candidate == "dummy" || trained.Metrics!["accuracy"] > 0.85);
        }
    }

    [Fact]
    public async Task A_second_attempt_after_publishing_publishes_nothing()
    {
        await using var fixture = await ModelFixture.CreateAsync();
        var dataset = await fixture.PublishFlightsAsync(0, 200);
        var first = await fixture.TrainAsync(dataset, "delay", key: "same");
        var second = await fixture.TrainAsync(dataset, "delay", key: "same");

        Assert.Equal(first.ModelVersion, second.ModelVersion);
        Assert.Equal(first.Metrics, second.Metrics);
        Assert.Single(await fixture.Registry.ListVersionsAsync("flights-delay", 10, CancellationToken.None));
    }

    [Fact]
    public async Task The_same_rows_in_other_files_and_another_order_make_the_same_model()
    {
        await using var fixture = await ModelFixture.CreateAsync();
        var whole = await fixture.TrainAsync(await fixture.PublishFlightsAsync(0, 900), "delay", t => t.Model = "a");
        var flights = fixture.Lake.RelationOf(await fixture.Lake.GetAsync(new DatasetReference("flights"), CancellationToken.None));
        await fixture.PublishAsync("parts", $"SELECT * FROM {flights} WHERE flight_id >= 500 ORDER BY distance");
        var parts = await fixture.PublishAsync("parts", $"SELECT * FROM {flights} WHERE flight_id < 500", append: true);
        var other = await fixture.TrainAsync(parts, "delay", t => t.Model = "b");

        Assert.Equal(whole.Metrics, other.Metrics);
    }

    [Fact]
    public async Task Without_XGBoost_the_others_are_trained_and_the_notes_say_what_to_install()
    {
        await using var fixture = await ModelFixture.CreateAsync(
            options => options.WorkerCommand = TestWorker.Options(WorkerThat.LacksTheLibrary).WorkerCommand);
        var dataset = await fixture.PublishFlightsAsync(0, 300);
        var trained = await fixture.TrainAsync(dataset, "delay");
        await fixture.TrainAsync(dataset, "delay");

        Assert.Equal("linear-regression", trained.Algorithm);
        Assert.Contains(trained.Notes, note => note.Contains("libxgboost0"));
        Assert.Single(fixture.LoggerOf<ModelTraining>().Messages, m => m.Level == LogLevel.Warning);
    }

    [Fact]
    public async Task Over_the_cap_the_same_rows_are_drawn_each_time()
    {
        await using var fixture = await ModelFixture.CreateAsync();
        var dataset = await fixture.PublishFlightsAsync(0, 5000);
        var first = await fixture.TrainAsync(dataset, "delay", t => t.MaxRows = 1000);
        var second = await fixture.TrainAsync(dataset, "delay", t => t.MaxRows = 1000);

        Assert.InRange(first.Rows, 850, 1150);
        Assert.Equal(first.Metrics, second.Metrics);
        Assert.Contains($"{first.Rows:N0} of 5,000 rows were drawn: maxRows is 1,000.", first.Notes);
    }

    [Theory]
    [InlineData("nothing", "delay", "There is no dataset nothing in the lake.")]
    [InlineData("flights", "dely", "no column 'dely' for the target. Did you mean 'delay'? Its columns are: flight_id, distance, airline,")]
    [InlineData("flights@9", "delay", "The dataset flights has no version 9: its latest is 1.")]
    [InlineData("flights", "day", "The target 'day' holds dates")]
    [InlineData("empty", "y", "The target 'y' is empty in all 50 rows.")]
    [InlineData("same", "y", "The target 'y' has one class only ('a')")]
    [InlineData("few", "y", "Only 9 rows have a value for the target 'y'; training needs at least 10.")]
    [InlineData("infinite_target", "y", "The target 'y' holds 1 infinite values.")]
    [InlineData("infinite_feature", "y", "The column 'x' holds 1 infinite values, which no model can learn from.")]
    [InlineData("constant", "y", "No feature is left to learn from: 'list' is dropped, of the type List")]
    [InlineData("constant", "y", "'x' is dropped, constant. Add columns to the dataset or name others in features.")]
    [InlineData("constant", "list", "The target 'list' cannot be trained on: of the type List")]
    [InlineData("names", "y", "The target 'y' has 400 classes, more than 200.")]
    public async Task Data_that_cannot_be_trained_with_is_refused_with_the_reason(string dataset, string target, string message)
    {
        await using var fixture = await ModelFixture.CreateAsync();
        await PublishBadDataAsync(fixture);
        var fault = await Assert.ThrowsAsync<ActivityException>(() => fixture.TrainAsync(DatasetReference.Parse(dataset), target));

        Assert.Contains(message, fault.Message);
        Assert.False(fault.Retryable);
    }

    [Fact]
    public async Task Inputs_that_do_not_suit_the_data_are_refused_with_the_reason()
    {
        await using var fixture = await ModelFixture.CreateAsync();
        var flights = await fixture.PublishFlightsAsync(0, 60);
        (Action<TrainModel> Set, string Target, string Message)[] cases =
        [
            (t => t.Task = ModelTask.Regression, "airline", "The target 'airline' holds text such as"),
            (t => t.Task = ModelTask.Binary, "airline", "has 5 classes, and the task binary needs two. Set the task to multiclass"),
            (t => t.Folds = 50, "delay", "50 folds are more than the"),
            (t => t.Folds = 1, "delay", "1 folds are no cross-validation"),
            (t => t.Candidates = ["forest"], "delay", "There is no candidate 'forest'. Known are dummy, linear, logistic, xgboost."),
            (t => t.Candidates = ["logistic"], "delay", "'logistic' cannot learn the task Regression. Use dummy, linear, xgboost"),
            (t => t.Metric = ModelMetric.Auc, "delay", "The metric auc does not suit"),
            (t => t.Features = ["distnce"], "delay", "no column 'distnce' for the features. Did you mean 'distance'?"),
            (t => t.Features = ["delay"], "delay", "The target 'delay' is among the features"),
            (t => t.Model = "../up", "delay", "'../up' cannot be the name of a model"),
        ];
        foreach (var (set, target, message) in cases)
        {
            var fault = await Assert.ThrowsAsync<ActivityException>(() => fixture.TrainAsync(flights, target, set));
            Assert.Contains(message, fault.Message);
            Assert.False(fault.Retryable);
        }

        Assert.Empty(await fixture.Registry.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Cancelled_training_publishes_nothing()
    {
        await using var fixture = await ModelFixture.CreateAsync(
            options => options.WorkerCommand = TestWorker.Options(WorkerThat.NeverAnswers).WorkerCommand);
        var dataset = await fixture.PublishFlightsAsync(0, 100);
        using var cancellation = new CancellationTokenSource();
        var training = fixture.TrainAsync(dataset, "delay", token: cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training);
        Assert.Empty(await fixture.Registry.ListAsync(CancellationToken.None));
    }

    private static async Task PublishBadDataAsync(ModelFixture fixture)
    {
        await fixture.PublishFlightsAsync(0, 100);
        foreach (var (name, query) in new[]
        {
            ("empty", "SELECT i AS x, NULL::DOUBLE AS y FROM range(50) t(i)"),
            ("same", "SELECT i AS x, 'a' AS y FROM range(50) t(i)"),
            ("few", "SELECT i AS x, CASE WHEN i < 9 THEN i * 1.5 END AS y FROM range(50) t(i)"),
            ("infinite_target", "SELECT i AS x, CASE WHEN i = 3 THEN 'infinity'::DOUBLE ELSE i END AS y FROM range(50) t(i)"),
            ("infinite_feature", "SELECT CASE WHEN i = 3 THEN '-infinity'::DOUBLE ELSE i % 7 END AS x, i * 1.5 AS y FROM range(50) t(i) "
                + "UNION ALL SELECT '-infinity'::DOUBLE, 1.5 WHERE false"),
            ("constant", "SELECT 1 AS x, [i] AS list, i * 1.5 AS y FROM range(50) t(i)"),
            ("names", "SELECT i % 5 AS x, 'n' || i AS y FROM range(400) t(i)"),
        })
        {
            await fixture.PublishAsync(name, query);
        }
    }
}
