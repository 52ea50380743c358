namespace Dag.Activities.Models;

/// <summary>
/// Logistic regression of two classes, or by softmax of more, with a penalty on the squared weights but not on the intercepts: what
/// scikit-learn's LogisticRegression minimises, where C is 1 / l2.
/// </summary>
internal sealed class LogisticRegressionTrainer : IModelTrainer
{
    public string Candidate => "logistic";

    public bool NeedsFilled => true;

    public bool Supports(ModelTask task) => task is ModelTask.Binary or ModelTask.Multiclass;

    public Task<TrainedModel> TrainAsync(TrainingProblem problem, CancellationToken cancellationToken) =>
        Task.Run(() => Train(problem, cancellationToken), cancellationToken);

    private static TrainedModel Train(TrainingProblem problem, CancellationToken cancellationToken)
    {
        var standardisation = Standardisation.Fit(problem.Rows);
        standardisation.Apply(problem.Rows);
        var sums = problem.Outputs == 2 ? 1 : problem.Outputs;
        var loss = new LogisticLoss(problem.Rows, problem.Target, sums, problem.Parameters.L2 ?? 1);
        var solution = Lbfgs.Minimise(loss.Evaluate, new double[loss.Length], problem.Progress, cancellationToken);
        var stride = problem.Rows.Width + 1;
        return new LinearModel
        {
            Content = new LinearContent(
                problem.Outputs,
                standardisation.Means,
                standardisation.Scales,
                [.. Enumerable.Range(0, sums).Select(k => solution[(k * stride) + stride - 1])],
                [.. Enumerable.Range(0, sums).Select(k => solution[(k * stride)..((k * stride) + stride - 1)])]),
        };
    }
}
