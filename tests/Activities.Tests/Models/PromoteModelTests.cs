using Dag.Activities.Models;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Tests.Models;

public sealed class PromoteModelTests
{
    [Fact]
    public async Task The_first_version_is_promoted_when_it_beats_the_dummy()
    {
        await using var fixture = await ModelFixture.CreateAsync();
        var trained = await fixture.TrainAsync(await fixture.PublishFlightsAsync(0, 400), "delay");
        var (promoted, outcome) = await fixture.PromoteAsync(trained.ModelVersion!);

        Assert.Equal(("Promoted", true), (outcome, promoted.Promoted));
        Assert.Null(promoted.ChampionBefore);
        Assert.Equal(trained.ModelVersion, promoted.Champion);
        Assert.Equal((trained.Metrics!["rmse"], trained.DummyMetrics!["rmse"]), (promoted.Score, promoted.ChampionScore));
        Assert.Equal("rmse", promoted.DecidedBy);
        Assert.Equal(1, (await fixture.Registry.GetAsync(ModelReference.Parse("flights-delay@champion"), CancellationToken.None)).Version);
    }

    [Fact]
    public async Task A_first_version_that_does_not_beat_the_dummy_is_kept_back()
    {
        await using var fixture = await ModelFixture.CreateAsync();
        var dummy = await fixture.TrainAsync(await fixture.PublishFlightsAsync(0, 400), "delay", t => t.Candidates = ["dummy"]);
        var (kept, outcome) = await fixture.PromoteAsync(dummy.ModelVersion!);

        Assert.Equal("Kept", outcome);
        Assert.Null(kept.Champion);
        Assert.Null(await fixture.Registry.FindAliasAsync("flights-delay", "champion", CancellationToken.None));
    }

    [Fact]
    public async Task A_better_version_replaces_the_champion_and_a_worse_one_does_not()
    {
        await using var fixture = await ModelFixture.CreateAsync();
        var little = await fixture.TrainAsync(await fixture.PublishFlightsAsync(0, 100), "delay");
        await fixture.PromoteAsync(little.ModelVersion!);
        var much = await fixture.TrainAsync(await fixture.PublishFlightsAsync(100, 3000, append: true), "delay", t => t.Rounds = 100);
        var (promoted, outcome) = await fixture.PromoteAsync(much.ModelVersion!);

        Assert.Equal("Promoted", outcome);
        Assert.Equal((little.ModelVersion, much.ModelVersion), (promoted.ChampionBefore, promoted.Champion));
        Assert.Equal(much.Metrics!["rmse"], promoted.Score, 12);
        Assert.True(promoted.Score < promoted.ChampionScore && promoted.Improvement > 0);

        var (kept, second) = await fixture.PromoteAsync(little.ModelVersion!);
        Assert.Equal("Kept", second);
        Assert.Equal(much.ModelVersion, kept.Champion);
        Assert.True(kept.Improvement < 0);
        var moves = await fixture.Registry.ListMovesAsync("flights-delay", "champion", 10, CancellationToken.None);
        Assert.Equal([(2, 1), (1, (int?)null)], moves.Select(m => (m.Version, m.VersionBefore)));
        Assert.Equal("flights-delay@1", moves[0].Comparison!.Opponent);
    }

    [Fact]
    public async Task An_improvement_below_the_minimum_is_not_enough()
    {
        await using var fixture = await ModelFixture.CreateAsync();
        var first = await fixture.TrainAsync(await fixture.PublishFlightsAsync(0, 100), "delay");
        await fixture.PromoteAsync(first.ModelVersion!);
        var second = await fixture.TrainAsync(await fixture.PublishFlightsAsync(100, 3000, append: true), "delay", t => t.Rounds = 100);
        var (kept, outcome) = await fixture.PromoteAsync(second.ModelVersion!, p => p.MinImprovement = 1);

        Assert.Equal("Kept", outcome);
        Assert.InRange(kept.Improvement, 0.01, 0.99);
        Assert.Equal(first.ModelVersion, kept.Champion);
    }

    [Fact]
    public async Task A_second_attempt_under_the_same_key_tells_what_the_first_did()
    {
        await using var fixture = await ModelFixture.CreateAsync();
        var dataset = await fixture.PublishFlightsAsync(0, 300);
        var first = await fixture.TrainAsync(dataset, "delay");
        var (promoted, _) = await fixture.PromoteAsync(first.ModelVersion!, key: "same");
        var (again, outcome) = await fixture.PromoteAsync(first.ModelVersion!, key: "same");

        Assert.Equal("Promoted", outcome);
        Assert.Equal((promoted.Score, promoted.ChampionScore, promoted.Rows), (again.Score, again.ChampionScore, again.Rows));
        Assert.Null(again.ChampionBefore);
        Assert.Single(await fixture.Registry.ListMovesAsync("flights-delay", "champion", 10, CancellationToken.None));
    }

    [Fact]
    public async Task The_champion_promoted_again_is_kept()
    {
        await using var fixture = await ModelFixture.CreateAsync();
        var first = await fixture.TrainAsync(await fixture.PublishFlightsAsync(0, 300), "delay");
        await fixture.PromoteAsync(first.ModelVersion!);

        Assert.Equal("Kept", (await fixture.PromoteAsync(first.ModelVersion!)).Outcome);
    }

    [Fact]
    public async Task Models_of_different_seeds_are_compared_on_the_rows_that_both_held_out()
    {
        await using var fixture = await ModelFixture.CreateAsync();
        var dataset = await fixture.PublishFlightsAsync(0, 2000);
        var first = await fixture.TrainAsync(dataset, "delay", t => t.Seed = 1);
        await fixture.PromoteAsync(first.ModelVersion!);
        var second = await fixture.TrainAsync(dataset, "delay", t => t.Seed = 2);
        var (compared, _) = await fixture.PromoteAsync(second.ModelVersion!);

        // A quarter of a quarter of the rows.
        Assert.InRange(compared.Rows, 90, 160);
    }

    [Fact]
    public async Task A_champion_of_a_random_split_on_other_data_is_warned_of()
    {
        await using var fixture = await ModelFixture.CreateAsync();
        var first = await fixture.TrainAsync(await fixture.PublishFlightsAsync(0, 400), "delay", t => t.Split = SplitKind.Random);
        await fixture.PromoteAsync(first.ModelVersion!);
        var second = await fixture.TrainAsync(await fixture.PublishFlightsAsync(400, 800, append: true), "delay");
        await fixture.PromoteAsync(second.ModelVersion!);

        Assert.Contains(fixture.LoggerOf<ModelComparer>().Messages, m => m.Level == LogLevel.Warning && m.Text.Contains("flights-delay@1"));
    }

    [Fact]
    public async Task What_cannot_be_compared_is_refused_with_the_reason()
    {
        await using var fixture = await ModelFixture.CreateAsync();
        var dataset = await fixture.PublishFlightsAsync(0, 300);
        var first = await fixture.TrainAsync(dataset, "delay", t => t.Model = "m");
        await fixture.PromoteAsync(first.ModelVersion!);
        var other = await fixture.TrainAsync(dataset, "distance", t => t.Model = "m");
        (ModelReference Model, Action<PromoteModel>? Set, string Message)[] cases =
        [
            (other.ModelVersion!, null, "m@2 predicts 'distance' (Regression) and the champion m@1 'delay' (Regression)"),
            (first.ModelVersion!, p => p.Metric = ModelMetric.F1, "The metric f1 does not suit a model of the task Regression."),
            (new ModelReference("nobody"), null, "There is no model nobody in the registry. It holds: m."),
            (new ModelReference("m", 7), null, "The model m has no version 7: its latest is 2."),
            (new ModelReference("m", Alias: "best"), null, "The model m has no alias best."),
        ];
        foreach (var (model, set, message) in cases)
        {
            var fault = await Assert.ThrowsAsync<ActivityException>(() => fixture.PromoteAsync(model, set));
            Assert.Contains(message, fault.Message);
            Assert.False(fault.Retryable);
        }
    }

    [Fact]
    public async Task A_champion_whose_file_is_gone_is_named_with_its_path()
    {
        await using var fixture = await ModelFixture.CreateAsync();
        var dataset = await fixture.PublishFlightsAsync(0, 300);
        var first = await fixture.TrainAsync(dataset, "delay");
        await fixture.PromoteAsync(first.ModelVersion!);
        var second = await fixture.TrainAsync(dataset, "delay");
        var folder = fixture.Registry.FolderOf(await fixture.Registry.GetAsync(first.ModelVersion!, CancellationToken.None));
        File.Delete(Path.Combine(folder, "model.json"));

        var fault = await Assert.ThrowsAsync<ActivityException>(() => fixture.PromoteAsync(second.ModelVersion!));
        Assert.Contains($"The model flights-delay@1 cannot be loaded from {Path.Combine(folder, "model.json")}", fault.Message);
    }
}
