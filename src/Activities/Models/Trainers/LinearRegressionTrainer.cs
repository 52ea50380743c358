namespace Dag.Activities.Models;

/// <summary>Ordinary least squares, or ridge regression with a penalty, on standardised features.</summary>
internal sealed class LinearRegressionTrainer : IModelTrainer
{
    public string Candidate => "linear";

    public bool NeedsFilled => true;

    public bool Supports(ModelTask task) => task == ModelTask.Regression;

    public Task<TrainedModel> TrainAsync(TrainingProblem problem, CancellationToken cancellationToken) =>
        Task.Run(() => Train(problem, cancellationToken), cancellationToken);

    private static TrainedModel Train(TrainingProblem problem, CancellationToken cancellationToken)
    {
        var rows = problem.Rows;
        var standardisation = Standardisation.Fit(rows);
        standardisation.Apply(rows);

        // Centred columns and a centred target leave the intercept out of the equations.
        var hotMeans = HotMeans(rows);
        var targetMean = problem.Target.Average();
        var equations = new LeastSquares(rows.Width);
        var row = new double[rows.Width];
        for (var i = 0; i < rows.Rows; i++)
        {
            if (i % 4096 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                problem.Progress?.Invoke((double)i / rows.Rows);
            }

            rows.Expand(i, row);
            VectorMath.AddScaled(row.AsSpan(rows.DenseWidth), -1, hotMeans);
            equations.Add(row, problem.Target[i] - targetMean);
        }

        var weights = equations.Solve(problem.Parameters.L2 ?? 0);
        var intercept = targetMean - VectorMath.Dot(weights.AsSpan(rows.DenseWidth), hotMeans);
        return new LinearModel
        {
            Content = new LinearContent(1, standardisation.Means, standardisation.Scales, [intercept], [weights]),
        };
    }

    private static double[] HotMeans(EncodedRows rows)
    {
        var means = new double[rows.HotWidth];
        foreach (var hot in rows.Hot)
        {
            if (hot >= 0)
            {
                means[hot] += 1.0 / rows.Rows;
            }
        }

        return means;
    }
}
