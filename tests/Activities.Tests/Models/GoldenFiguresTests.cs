using Dag.Activities.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Activities.Tests.Models;

/// <summary>The figures of scikit-learn 1.2.1 and XGBoost 1.7.4 on the same rows; see Data/README.md.</summary>
public sealed class GoldenFiguresTests : IDisposable
{
    private readonly XgboostTrainer _xgboost = new(TestWorker.Options(), TimeProvider.System);

    public void Dispose() => _xgboost.Dispose();

    [Theory]
    [InlineData("dummy", 74.881225, 65.527422, -0.014017)]
    [InlineData("linear", 53.369567, 41.548507, 0.484906)]
    [InlineData("xgboost", 57.719204, 44.981995, 0.397524)]
    public async Task Regression_on_diabetes_has_the_figures_of_scikit_learn(string candidate, double rmse, double mae, double r2)
    {
        var scores = await TestScores("diabetes", candidate, new TrainingParameters());

        Assert.Equal(rmse, scores["rmse"], 4);
        Assert.Equal(mae, scores["mae"], 4);
        Assert.Equal(r2, scores["r2"], 5);
    }

    [Fact]
    public async Task Ridge_regression_has_the_figures_of_scikit_learn()
    {
        var scores = await TestScores("diabetes", "linear", new TrainingParameters { L2 = 10 });

        Assert.Equal(53.204242, scores["rmse"], 5);
    }

    [Theory]
    [InlineData("breast_cancer", "dummy", 100, 0.629371, 0.659304, 0.386266)]
    [InlineData("breast_cancer", "logistic", 100, 0.986014, 0.067983, 0.985010)]
    [InlineData("breast_cancer", "xgboost", 100, 0.958042, 0.089412, 0.954670)]
    [InlineData("wine", "dummy", 50, 0.400000, 1.085231, 0.190476)]
    [InlineData("wine", "logistic", 50, 1.000000, 0.067053, 1.000000)]
    [InlineData("wine", "xgboost", 50, 0.977778, 0.065102, 0.979724)]
    [InlineData("digits", "dummy", 100, 0.102222, 2.302442, 0.018548)]
    [InlineData("digits", "logistic", 100, 0.977778, 0.104544, 0.977643)]
    [InlineData("digits", "xgboost", 100, 0.940000, 0.198719, 0.939426)]
    public async Task Classification_has_the_figures_of_scikit_learn(
        string data, string candidate, int rounds, double accuracy, double logLoss, double f1)
    {
        var scores = await TestScores(data, candidate, new TrainingParameters { Rounds = rounds });

        Assert.Equal(accuracy, scores["accuracy"], 6);
        Assert.Equal(logLoss, scores["logLoss"], 5);
        Assert.Equal(f1, scores["f1"], 6);
    }

    [Theory]
    [InlineData("logistic", 0.997694)]
    [InlineData("xgboost", 0.995597)]
    [InlineData("dummy", 0.5)]
    public async Task The_area_under_the_curve_of_two_classes_is_that_of_scikit_learn(string candidate, double auc) =>
        Assert.Equal(auc, (await TestScores("breast_cancer", candidate, new TrainingParameters()))["auc"], 6);

    [Theory]
    [InlineData("diabetes", 100)]
    [InlineData("diabetes.missing", 100)]
    [InlineData("breast_cancer", 100)]
    [InlineData("wine", 50)]
    public async Task Predictions_of_trees_are_those_of_python_xgboost(string name, int rounds)
    {
        var data = name == "diabetes.missing"
            ? GoldenData.Read("diabetes", (row, column) => ((31 * row) + (17 * column)) % 11 == 0)
            : GoldenData.Read(name);
        var result = await Train(data, "xgboost", new TrainingParameters { Rounds = rounds });
        var predicted = result.Model.Predict(data.Table, data.Split.Test);

        var expected = GoldenData.Predictions(name);
        for (var i = 0; i < expected.Length; i++)
        {
            // Of two classes, Python gives the probability of the second only.
            var outputs = predicted[(i * result.Model.Outputs)..((i + 1) * result.Model.Outputs)];
            var comparable = outputs.Length == 2 ? outputs[1..] : outputs;
            Assert.Equal(expected[i].Length, comparable.Length);
            for (var k = 0; k < comparable.Length; k++)
            {
                Assert.Equal(expected[i][k], comparable[k], 2e-7 * Math.Max(1, Math.Abs(expected[i][k])));
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, double>> TestScores(string data, string candidate, TrainingParameters parameters) =>
        (await Train(GoldenData.Read(data), candidate, parameters)).Chosen.Test;

    private async Task<TrainingResult> Train(GoldenData data, string candidate, TrainingParameters parameters)
    {
        var training = new ModelTraining(
            [new DummyTrainer(), new LinearRegressionTrainer(), new LogisticRegressionTrainer(), _xgboost],
            TimeProvider.System, NullLogger<ModelTraining>.Instance);
        var request = new TrainingRequest { Target = "target", Candidates = [candidate], Parameters = parameters };
        var target = TargetDetection.Detect(data.Table, "target", ModelTask.Auto);
        return await training.TrainAsync(data.Table, target, data.Split, request, null, TestContext.Current.CancellationToken);
    }
}
