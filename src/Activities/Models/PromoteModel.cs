using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Models;

/// <summary>Compares a model version with the champion on the same held-out rows, and makes it the champion if it is better.</summary>
[Activity("Dag.PromoteModel", Category = "Models", DisplayName = "Promote model", Outcomes = ["Promoted", "Kept"],
    Description = "Compares a model version with the champion on the same held-out rows, which neither has learnt from, and makes it the "
        + "champion if it is better. The first champion must beat the dummy.")]
internal sealed partial class PromoteModel(ModelRegistry registry, ModelComparer comparer, ILogger<PromoteModel> logger) : WorkActivity
{
    private const int MostTries = 10;

    /// <summary>The candidate.</summary>
    [Input("The version to promote, such as flights-delay, flights-delay@3 or the output of Dag.TrainModel. Default version: the latest.", OptionsFrom = RegisteredModelOptions.Source)]
    [Required]
    public ModelReference? Model { get; set; }

    /// <summary>What is to move.</summary>
    [Input("The alias to move. Default: champion.")]
    [Required]
    public string Alias { get; set; } = ModelRegistry.Champion;

    /// <summary>What decides.</summary>
    [Input("The metric that decides. Default: Auto, which is the one that the candidate was chosen by.")]
    public ModelMetric Metric { get; set; } = ModelMetric.Auto;

    /// <summary>How much better it must be.</summary>
    [Input("How much better the candidate must be, as a share of the champion's figure: 0.01 is one per cent. "
        + "Default: 0, any improvement.")]
    [Range(0, 1)]
    public double MinImprovement { get; set; }

    /// <summary>The champion before.</summary>
    [Output("The champion before; empty when there was none.")]
    public ModelReference? ChampionBefore { get; private set; }

    /// <summary>The champion now.</summary>
    [Output("The champion now; empty when there is still none.")]
    public ModelReference? Champion { get; private set; }

    /// <summary>Whether the alias moved.</summary>
    [Output("Whether the candidate became the champion.")]
    public bool Promoted { get; private set; }

    /// <summary>The metric.</summary>
    [Output("The metric that decided.")]
    public string? DecidedBy { get; private set; }

    /// <summary>The candidate's figure.</summary>
    [Output("The candidate's figure on the held-out rows.")]
    public double Score { get; private set; }

    /// <summary>The champion's figure.</summary>
    [Output("The champion's figure on the same rows; the dummy's when there was no champion.")]
    public double ChampionScore { get; private set; }

    /// <summary>How much better.</summary>
    [Output("How much better the candidate is, as a share of the champion's figure; negative when it is worse.")]
    public double Improvement { get; private set; }

    /// <summary>How many rows decided.</summary>
    [Output("Held-out rows that both were measured on.")]
    public int Rows { get; private set; }

    /// <inheritdoc/>
    public override async Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken)
    {
        ModelName.Validated(Alias);
        var candidate = await registry.GetAsync(Model!, cancellationToken);
        if (await registry.FindMoveAsync(candidate.Model, Alias, context.IdempotencyKey, cancellationToken) is { } earlier)
        {
            Conclude(context, candidate, earlier.VersionBefore, earlier.Version, earlier.Comparison!);
            return;
        }

        // Another run may move the alias meanwhile: then the comparison was with a champion of the past, and is made again.
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            if (await TryAsync(context, candidate, cancellationToken))
            {
                return;
            }
        }

        throw new ActivityException(
            $"The alias {Alias} of {candidate.Model} moved {MostTries} times while {candidate.ToReference()} was compared. "
            + "Run promotions of one model one after the other.");
    }

    // False when the alias moved between reading and writing.
    private async Task<bool> TryAsync(WorkContext context, ModelVersion candidate, CancellationToken cancellationToken)
    {
        var before = await registry.FindAliasAsync(candidate.Model, Alias, cancellationToken);
        var comparison = await comparer.CompareAsync(candidate, before, Metric, cancellationToken);
        var better = comparison.Improvement > 0 && comparison.Improvement >= MinImprovement;
        if (!better || before == candidate.Version)
        {
            Conclude(context, candidate, before, before, comparison);
            return true;
        }

        var move = await registry.MoveAliasAsync(
            new AliasMove
            {
                Model = candidate.Model,
                Alias = Alias,
                VersionBefore = before,
                Version = candidate.Version,
                IdempotencyKey = context.IdempotencyKey,
                RunId = context.RunId,
                Comparison = comparison,
            },
            cancellationToken);
        if (move is null)
        {
            return false;
        }

        Conclude(context, candidate, move.VersionBefore, move.Version, move.Comparison!);
        return true;
    }

    private void Conclude(WorkContext context, ModelVersion candidate, int? before, int? now, ModelComparison comparison)
    {
        ChampionBefore = before is null ? null : new ModelReference(candidate.Model, before);
        Champion = now is null ? null : new ModelReference(candidate.Model, now);
        Promoted = now == candidate.Version && before != now;
        DecidedBy = comparison.Metric.Key;
        Score = comparison.Score;
        ChampionScore = comparison.OpponentScore;
        Improvement = comparison.Improvement;
        Rows = comparison.Rows;
        context.SetOutcomes(Promoted ? "Promoted" : "Kept");
        var summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{(Promoted ? "promoted" : "kept")}: {candidate.ToReference()} {DecidedBy} {Score:0.####}, {comparison.Opponent} "
            + $"{ChampionScore:0.####} on {Rows:N0} held-out rows");
        LogDecided(Alias, summary);
        context.Report(new WorkProgress(1, summary));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Alias {Alias} {Summary}")]
    private partial void LogDecided(string alias, string summary);
}
