using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Models;

/// <summary>
/// Trains candidates on the same rows, compares them, and keeps the best. Nothing of the test part is looked at before: encodings are
/// fitted on training rows only, in each fold anew.
/// </summary>
internal sealed partial class ModelTraining(IEnumerable<IModelTrainer> trainers, TimeProvider timeProvider, ILogger<ModelTraining> logger)
{
    private const int FewestRows = 10;

    private readonly IReadOnlyList<IModelTrainer> _trainers = [.. trainers];
    private int _warned;

    /// <exception cref="ActivityException">The table or the request cannot be trained with; the message says what to change.</exception>
    public Task<TrainingResult> TrainAsync(
        ModelTable table, TrainingRequest request, Action<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        var target = TargetDetection.Detect(table, request.Target, request.Task);
        var rows = target.KnownRows();
        if (rows.Length < FewestRows)
        {
            throw Fault($"Only {rows.Length:N0} rows have a value for the target '{target.Name}'; training needs at least {FewestRows}.");
        }

        var split = RowSplit.Make(request.Split, table, rows, request.TestShare, request.Parameters.Seed);
        return TrainAsync(table, target, split, request, progress, cancellationToken);
    }

    /// <summary>Trains with a split that is given.</summary>
    public async Task<TrainingResult> TrainAsync(
        ModelTable table, TrainingTarget target, RowSplit split, TrainingRequest request, Action<WorkProgress>? progress,
        CancellationToken cancellationToken)
    {
        CheckSplit(target, split);
        var candidates = Candidates(request, target.Task);
        table = DateText.Recognise(table);
        var run = new CandidateRun
        {
            Table = table,
            Target = target,
            Split = split,
            Request = request,
            Features = FeatureColumns.Choose(table, request.Features, target.Name),
            Folds = FoldsOf(table, split.Train, request),
            TimeProvider = timeProvider,
        };
        var notes = new List<string>();
        var results = await TrainAllAsync(run, candidates, notes, progress, cancellationToken);
        return Choose(run, request, results, notes);
    }

    private static TrainingResult Choose(
        CandidateRun run, TrainingRequest request, List<(CandidateResult Result, FittedModel Model)> results, List<string> notes)
    {
        var metric = request.Metric.For(run.Target.Task);
        var wanted = results.Where(r => request.Candidates.Count == 0 || request.Candidates.Contains(r.Result.Candidate)).ToList();
        if (wanted.Count == 0)
        {
            throw Fault($"None of the candidates can be trained. {string.Join(' ', notes)}");
        }

        var best = wanted[0];
        foreach (var other in wanted.Skip(1))
        {
            best = metric.Improvement(ScoreOf(other.Result, metric), ScoreOf(best.Result, metric)) > 0 ? other : best;
        }

        var encoding = best.Model.Encoding;
        notes.AddRange(encoding.Dropped.Select(d => $"Column '{d.Name}' is not used: {d.Reason}."));
        if (run.Target.Missing > 0)
        {
            notes.Add($"{run.Target.Missing:N0} rows have no target and were left out.");
        }

        return new TrainingResult
        {
            Model = best.Model,
            Metric = metric,
            Chosen = best.Result,
            Train = best.Model.Score(run.Table, run.Target.Values, run.Split.Train),
            Dummy = results.First(r => r.Result.Algorithm == DummyModel.Name).Result.Test,
            Candidates = [.. results.Select(r => r.Result)],
            TrainRows = run.Split.Train.Length,
            TestRows = run.Split.Test.Length,
            MissingTargets = run.Target.Missing,
            Notes = notes,
        };
    }

    private static double ScoreOf(CandidateResult result, ModelMetric metric) => (result.CrossValidation ?? result.Test)[metric.Key];

    private static void CheckSplit(TrainingTarget target, RowSplit split)
    {
        if (split.Train.Length < 2 || split.Test.Length == 0)
        {
            throw Fault($"The split leaves {split.Train.Length:N0} rows for training and {split.Test.Length:N0} for testing. "
                + "Add rows, or change testShare or seed.");
        }

        var first = target.Values[split.Train[0]];
        if (split.Train.All(row => target.Values[row] == first))
        {
            throw target.Task == ModelTask.Regression
                ? Fault($"The target '{target.Name}' is {first} in all training rows, so there is nothing to learn. Choose another target.")
                : Fault($"The target '{target.Name}' has one class only ('{target.Classes[(int)first]}') in the training rows. "
                    + "Add rows of the other classes, or change the seed.");
        }
    }

    // Those that cannot be used here are left out, with a note.
    private async Task<List<(CandidateResult Result, FittedModel Model)>> TrainAllAsync(
        CandidateRun run, List<IModelTrainer> candidates, List<string> notes, Action<WorkProgress>? progress,
        CancellationToken cancellationToken)
    {
        var results = new List<(CandidateResult Result, FittedModel Model)>();

        // A trainer that looks at no feature takes no time.
        var all = Math.Max(1.0, candidates.Count(t => t.NeedsFeatures));
        var before = 0.0;
        foreach (var trainer in candidates)
        {
            var (from, weight) = (before, trainer.NeedsFeatures ? 1.0 : 0);
            try
            {
                results.Add(await run.TrainAsync(trainer, (share, message) =>
                    progress?.Invoke(new WorkProgress((from + (weight * share)) / all, message)), cancellationToken));
            }
            catch (TrainerUnavailableException e)
            {
                WarnOnce(e.Message);
                notes.Add(e.Message);
            }

            before += weight;
        }

        return results;
    }

    // The dummy is always trained, for comparison, and chosen only when it is named or nothing is.
    private List<IModelTrainer> Candidates(TrainingRequest request, ModelTask task)
    {
        var known = string.Join(", ", _trainers.Select(t => t.Candidate));
        foreach (var name in request.Candidates)
        {
            var trainer = _trainers.FirstOrDefault(t => t.Candidate == name)
                ?? throw Fault($"There is no candidate '{name}'. Known are {known}.");
            if (!trainer.Supports(task))
            {
                throw Fault($"The candidate '{name}' cannot learn the task {task}. Use "
                    + string.Join(", ", _trainers.Where(t => t.Supports(task)).Select(t => t.Candidate)) + ", or set the task.");
            }
        }

        return [.. _trainers.Where(t => t.Supports(task)
            && (request.Candidates.Count == 0 || request.Candidates.Contains(t.Candidate) || t is DummyTrainer))];
    }

    private static int[]? FoldsOf(ModelTable table, int[] train, TrainingRequest request)
    {
        if (request.Folds == 0)
        {
            return null;
        }

        return (request.Folds >= 2 ? RowSplit.Folds(table.Hashes, train, request.Folds, request.Parameters.Seed) : null)
            ?? throw Fault(request.Folds < 2
                ? $"{request.Folds} folds are no cross-validation: use 0 for none, or 2 or more."
                : $"{request.Folds} folds are more than the {train.Length:N0} training rows, or than the different ones among them. "
                    + "Use fewer folds, or 0 for no cross-validation.");
    }

    private static ActivityException Fault(string message) => new(message) { Retryable = false };

    private void WarnOnce(string message)
    {
        if (Interlocked.Exchange(ref _warned, 1) == 0)
        {
            LogTrainerUnavailable(message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Message}")]
    private partial void LogTrainerUnavailable(string message);
}
