using Dag.Activities.Models;

namespace Dag.Activities.Tests.Models;

public sealed class ModelScoresTests
{
    [Fact]
    public void A_class_that_the_model_does_not_know_counts_as_wrong()
    {
        var scores = ModelScores.Of(2, [0, 1, double.NaN], [0.8, 0.2, 0.4, 0.6, 0.5, 0.5]);

        Assert.Equal(2.0 / 3, scores["accuracy"], 12);
        Assert.Equal((-Math.Log(0.8) - Math.Log(0.6) - Math.Log(1e-15)) / 3, scores["logLoss"], 12);

        // The first class is predicted twice and right once; the second is right; the unknown one is never right.
        Assert.Equal(((2.0 / 3) + 1 + 0) / 3, scores["f1"], 12);
        Assert.Equal(1, scores["auc"], 12);
    }

    [Fact]
    public void Ties_count_half_in_the_area_under_the_curve()
    {
        var scores = ModelScores.Of(2, [0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5, 0.9, 0.1, 0.1, 0.9]);

        Assert.Equal(3.5 / 4, scores["auc"], 12);
    }

    [Fact]
    public void Classes_that_neither_occur_nor_are_predicted_do_not_lower_the_f1_score() =>
        Assert.Equal(1, ModelScores.Of(3, [0, 1], [1, 0, 0, 0, 1, 0])["f1"], 12);

    [Fact]
    public void A_constant_target_has_no_variance_to_explain()
    {
        Assert.Equal(0, ModelScores.Of(1, [3, 3], [3, 4])["r2"]);
        Assert.Equal(1, ModelScores.Of(1, [3, 3], [3, 3])["r2"]);
    }

    [Theory]
    [InlineData(ModelMetric.Rmse, 9, 10, 0.1)]
    [InlineData(ModelMetric.Rmse, 11, 10, -0.1)]
    [InlineData(ModelMetric.Accuracy, 0.9, 0.8, 0.125)]
    [InlineData(ModelMetric.R2, 0.1, -0.1, 2)]
    [InlineData(ModelMetric.LogLoss, 0, 0, 0)]
    public void Improvement_is_the_share_of_the_other_score_in_the_metrics_direction(
        ModelMetric metric, double score, double over, double share) =>
        Assert.Equal(share, metric.Improvement(score, over), 12);
}
