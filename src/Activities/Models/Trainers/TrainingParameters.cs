namespace Dag.Activities.Models;

/// <summary>The knobs of the trainers.</summary>
public sealed record TrainingParameters
{
    /// <summary>Trees (for each class, when there are more than two) of XGBoost; default 100.</summary>
    public int Rounds { get; init; } = 100;

    /// <summary>Depth of the trees of XGBoost; default 6.</summary>
    public int MaxDepth { get; init; } = 6;

    /// <summary>How much each tree counts in XGBoost, 0 to 1; default 0.1.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>
    /// The penalty on squared weights of linear and logistic regression, after standardisation; null means 0 for linear regression
    /// (ordinary least squares) and 1 for logistic regression.
    /// </summary>
    public double? L2 { get; init; }

    /// <summary>The seed of everything random; default 42.</summary>
    public int Seed { get; init; } = 42;
}
