using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Models;

/// <summary>
/// Measures two versions of a model on the same rows: those that the candidate held out, less those that the champion learnt from.
/// </summary>
internal sealed partial class ModelComparer(ModelRegistry registry, DatasetTables datasets, ILogger<ModelComparer> logger)
{
    /// <param name="candidate">The version that may become the champion.</param>
    /// <param name="champion">The champion's version; null compares with the dummy.</param>
    /// <param name="metric">What to compare by; Auto means what the candidate was chosen by.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <exception cref="ActivityException">They answer different questions, or no row is left to compare on.</exception>
    public async Task<ModelComparison> CompareAsync(
        ModelVersion candidate, int? champion, ModelMetric metric, CancellationToken cancellationToken)
    {
        var by = (metric == ModelMetric.Auto ? candidate.Metric : metric).For(candidate.Task);
        if (champion is not { } number)
        {
            // The figures on the held-out rows are in the manifest.
            var (score, dummy) = (candidate.Metrics["test"][by.Key], candidate.DummyMetrics[by.Key]);
            return new ModelComparison(by, score, DummyModel.Name, dummy, by.Improvement(score, dummy), candidate.Split.TestRows);
        }

        var opponent = await registry.GetAsync(new ModelReference(candidate.Model, number), cancellationToken);
        CheckComparable(candidate, opponent);
        return await CompareAsync(candidate, opponent, by, cancellationToken);
    }

    private static void CheckComparable(ModelVersion candidate, ModelVersion champion)
    {
        if (candidate.Target != champion.Target || (candidate.Task == ModelTask.Regression) != (champion.Task == ModelTask.Regression))
        {
            throw new ActivityException(
                $"{candidate.ToReference()} predicts '{candidate.Target}' ({candidate.Task}) and the champion {champion.ToReference()} "
                + $"'{champion.Target}' ({champion.Task}), so they cannot be compared. Give the new model "
                + "another name.")
            { Retryable = false };
        }
    }

    private async Task<ModelComparison> CompareAsync(
        ModelVersion candidate, ModelVersion champion, ModelMetric metric, CancellationToken cancellationToken)
    {
        var dataset = await datasets.GetVersionAsync(candidate.Dataset, cancellationToken);
        var wanted = candidate.Encoding.Columns.Concat(champion.Encoding.Columns).Select(c => c.Name).Append(candidate.Target);
        var table = await datasets.ReadAsync(
            dataset, wanted.ToHashSet(StringComparer.Ordinal), candidate.Split.MaxRows, candidate.Split.Seed, null, cancellationToken);
        var rows = HeldOutByBoth(candidate, champion, table);
        var score = await ScoreAsync(candidate, table, rows, metric, cancellationToken);
        var opponentScore = await ScoreAsync(champion, table, rows, metric, cancellationToken);
        return new ModelComparison(
            metric, score, champion.ToReference().ToString(), opponentScore, metric.Improvement(score, opponentScore), rows.Length);
    }

    private int[] HeldOutByBoth(ModelVersion candidate, ModelVersion champion, ModelTable table)
    {
        var known = TargetDetection.Apply(table, candidate.Target, candidate.Task, candidate.Classes).KnownRows();
        var (kind, share, seed) = (candidate.Split.Kind, candidate.Split.TestShare, candidate.Split.Seed);
        var rows = RowSplit.Make(kind, table, known, share, seed).Test;
        if (champion.Split.Kind == SplitKind.Content)
        {
            rows = [.. rows.Where(r => RowSplit.IsHeldOut(table.Hashes[r], champion.Split.TestShare, champion.Split.Seed))];
        }
        else if (candidate.Dataset != champion.Dataset || candidate.Split with { Kind = champion.Split.Kind } != champion.Split)
        {
            LogMayHaveSeen(champion.ToReference().ToString(), candidate.ToReference().ToString());
        }

        return rows.Length > 0 ? rows : throw new ActivityException(
            $"No row of {candidate.Dataset} was held out by both {candidate.ToReference()} and {champion.ToReference()}, so they cannot be "
            + "compared. Train with a larger testShare, or with the champion's seed.")
        { Retryable = false };
    }

    private async Task<double> ScoreAsync(
        ModelVersion version, ModelTable table, int[] rows, ModelMetric metric, CancellationToken cancellationToken)
    {
        var model = await registry.LoadAsync(version, cancellationToken);
        var target = TargetDetection.Apply(table, version.Target, version.Task, version.Classes);
        var scores = model.Score(table, target.Values, rows);
        return scores.TryGetValue(metric.Key, out var score) ? score : throw new ActivityException(
            $"{version.ToReference()} has no figure {metric.Key}. Compare by another metric.")
        { Retryable = false };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Champion} was trained with a random split and may have learnt from rows that "
        + "{Candidate} held out, so it looks better than it is. Train with the content split.")]
    private partial void LogMayHaveSeen(string champion, string candidate);
}
