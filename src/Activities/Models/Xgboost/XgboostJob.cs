namespace Dag.Activities.Models;

/// <summary>The head of what the parent sends to the child; the matrix and the labels follow it.</summary>
internal sealed record XgboostJob
{
    public required int Rows { get; init; }

    public required IReadOnlyList<string> FeatureNames { get; init; }

    public required int Rounds { get; init; }

    /// <summary>The parameters of the booster by XGBoost's own names.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }
}
