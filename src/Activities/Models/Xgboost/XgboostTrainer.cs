using System.Globalization;
using Dag.Workflows.Activities;

namespace Dag.Activities.Models;

/// <summary>Gradient-boosted trees by XGBoost in a child process; one training at a time in this service.</summary>
internal sealed class XgboostTrainer(ModelOptions options, TimeProvider timeProvider) : IModelTrainer, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    public string Candidate => "xgboost";

    public bool NeedsFilled => false;

    public bool Supports(ModelTask task) => true;

    public async Task<TrainedModel> TrainAsync(TrainingProblem problem, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            using var deadline = new CancellationTokenSource(options.TrainingTimeout, timeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            try
            {
                await using var process = XgboostProcess.Start(options);
                var file = await process.TrainAsync(JobOf(problem), problem.Rows, problem.Target, problem.Progress, either.Token);
                return XgboostModel.FromFile(file);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new ActivityException($"XGBoost did not finish within {options.TrainingTimeout}, so its process was killed. Lower "
                    + "rounds, maxDepth or maxRows, or raise ModelOptions.TrainingTimeout.")
                { Retryable = false };
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private XgboostJob JobOf(TrainingProblem problem)
    {
        var parameters = new Dictionary<string, string>
        {
            ["objective"] = problem.Task switch
            {
                ModelTask.Regression => "reg:squarederror",
                ModelTask.Binary => "binary:logistic",
                _ => "multi:softprob",
            },
            ["max_depth"] = Text(problem.Parameters.MaxDepth),
            ["eta"] = Text(problem.Parameters.LearningRate),
            ["tree_method"] = "hist",
            ["nthread"] = Text(options.Threads),
            ["seed"] = Text(problem.Parameters.Seed),
            ["verbosity"] = "0",
        };
        if (problem.Task == ModelTask.Multiclass)
        {
            parameters["num_class"] = Text(problem.Outputs);
        }

        return new XgboostJob
        {
            Rows = problem.Rows.Rows,
            FeatureNames = [.. problem.FeatureNames.Select(NameForXgboost)],
            Rounds = problem.Parameters.Rounds,
            Parameters = parameters,
        };
    }

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    // XGBoost's Python package refuses these characters in the names of features.
    private static string NameForXgboost(string name) => name.Replace('[', '(').Replace(']', ')').Replace('<', '(');
}
