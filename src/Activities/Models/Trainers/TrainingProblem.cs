namespace Dag.Activities.Models;

/// <summary>What a trainer learns from.</summary>
internal sealed record TrainingProblem
{
    public required ModelTask Task { get; init; }

    /// <summary>Numbers that the model gives for a row: one, or a probability for each class.</summary>
    public required int Outputs { get; init; }

    /// <summary>The training rows, in the trainer's form. The trainer may change them in place.</summary>
    public required EncodedRows Rows { get; init; }

    /// <summary>For each row the number, or the index of its class.</summary>
    public required double[] Target { get; init; }

    /// <summary>The names of the features.</summary>
    public required IReadOnlyList<string> FeatureNames { get; init; }

    public required TrainingParameters Parameters { get; init; }

    /// <summary>Hears the share done, 0 to 1.</summary>
    public Action<double>? Progress { get; init; }
}
