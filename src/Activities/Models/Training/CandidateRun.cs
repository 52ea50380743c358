namespace Dag.Activities.Models;

/// <summary>Trains one candidate after the other on the same rows, folds and features.</summary>
internal sealed class CandidateRun
{
    // An encoding depends on its rows only, so the candidates share those of the folds; -1 is the whole training part.
    private readonly Dictionary<int, FeatureEncoding> _encodings = [];

    public required ModelTable Table { get; init; }

    public required TrainingTarget Target { get; init; }

    public required RowSplit Split { get; init; }

    public required TrainingRequest Request { get; init; }

    /// <summary>The columns to learn from.</summary>
    public required IReadOnlyList<ModelColumn> Features { get; init; }

    /// <summary>For each training row its fold; null without cross-validation.</summary>
    public required int[]? Folds { get; init; }

    public required TimeProvider TimeProvider { get; init; }

    /// <summary>Cross-validates, then trains on the whole training part and scores on the test part.</summary>
    /// <param name="trainer">How to learn.</param>
    /// <param name="progress">Hears the share done and what is being done.</param>
    /// <param name="cancellationToken">Ends the training.</param>
    public async Task<(CandidateResult Result, FittedModel Model)> TrainAsync(
        IModelTrainer trainer, Action<double, string> progress, CancellationToken cancellationToken)
    {
        var start = TimeProvider.GetTimestamp();
        var fits = 1 + (Folds is null ? 0 : Request.Folds);
        var foldScores = new List<Dictionary<string, double>>();
        for (var fold = 0; fold < fits - 1; fold++)
        {
            var at = fold;
            var model = await FitAsync(
                trainer,
                at,
                share => progress((at + share) / fits, $"{trainer.Candidate}: fold {at + 1} of {fits - 1}"),
                cancellationToken);
            foldScores.Add(model.Score(Table, Target.Values, [.. Split.Train.Where((_, i) => Folds![i] == at)]));
        }

        var fitted = await FitAsync(
            trainer,
            -1,
            share => progress((fits - 1 + share) / fits, $"{trainer.Candidate}: {Split.Train.Length:N0} rows"),
            cancellationToken);
        var test = fitted.Score(Table, Target.Values, Split.Test);
        return (new CandidateResult(
            trainer.Candidate, fitted.Trained.Algorithm, Mean(foldScores), test, TimeProvider.GetElapsedTime(start).TotalSeconds), fitted);
    }

    private static Dictionary<string, double>? Mean(List<Dictionary<string, double>> scores) => scores.Count == 0
        ? null
        : scores[0].Keys.ToDictionary(key => key, key => scores.Average(s => s[key]));

    // Learns from the training part without a fold, or from all of it.
    private async Task<FittedModel> FitAsync(
        IModelTrainer trainer, int withoutFold, Action<double> progress, CancellationToken cancellationToken)
    {
        progress(0);
        var rows = withoutFold < 0 ? Split.Train : [.. Split.Train.Where((_, i) => Folds![i] != withoutFold)];
        var encoding = trainer.NeedsFeatures ? EncodingOf(withoutFold, rows) : new FeatureEncoding([], []);
        var trained = await trainer.TrainAsync(
            new TrainingProblem
            {
                Task = Target.Task,
                Outputs = Target.Outputs,
                Rows = encoding.Encode(Table, rows, trainer.NeedsFilled),
                Target = Array.ConvertAll(rows, r => Target.Values[r]),
                FeatureNames = encoding.FeatureNames(trainer.NeedsFilled),
                Parameters = Request.Parameters,
                Progress = progress,
            },
            cancellationToken);
        return new FittedModel
        {
            Target = Target.Name,
            Task = Target.Task,
            Classes = Target.Classes,
            Encoding = encoding,
            Trained = trained,
        };
    }

    private FeatureEncoding EncodingOf(int withoutFold, int[] rows)
    {
        if (!_encodings.TryGetValue(withoutFold, out var encoding))
        {
            encoding = FeatureEncodingFit.Fit(Table, rows, Features, Request.MaxCategories, dropIdentifiers: Request.Features.Count == 0);
            _encodings[withoutFold] = encoding;
        }

        return encoding;
    }
}
