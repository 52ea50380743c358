namespace Dag.Activities.Models;

/// <summary>What is to be learnt from a table, and how.</summary>
internal sealed record TrainingRequest
{
    public required string Target { get; init; }

    /// <summary>The columns to learn from; empty means all but the target.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    public ModelTask Task { get; init; } = ModelTask.Auto;

    /// <summary>The names of the trainers to try; empty means dummy, linear or logistic, and xgboost.</summary>
    public IReadOnlyList<string> Candidates { get; init; } = [];

    public ModelMetric Metric { get; init; } = ModelMetric.Auto;

    public SplitKind Split { get; init; } = SplitKind.Content;

    public double TestShare { get; init; } = 0.25;

    /// <summary>Folds of the cross-validation by which the candidates are compared; 0 compares them on the test part.</summary>
    public int Folds { get; init; }

    /// <summary>Texts of a column that get a feature of their own.</summary>
    public int MaxCategories { get; init; } = 50;

    public TrainingParameters Parameters { get; init; } = new();
}
