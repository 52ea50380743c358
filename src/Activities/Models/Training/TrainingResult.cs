namespace Dag.Activities.Models;

/// <summary>What a training came to.</summary>
internal sealed record TrainingResult
{
    public required FittedModel Model { get; init; }

    /// <summary>The metric by which the model was chosen.</summary>
    public required ModelMetric Metric { get; init; }

    /// <summary>The chosen candidate.</summary>
    public required CandidateResult Chosen { get; init; }

    /// <summary>The chosen model's figures on the training part.</summary>
    public required IReadOnlyDictionary<string, double> Train { get; init; }

    /// <summary>The dummy's figures on the test part.</summary>
    public required IReadOnlyDictionary<string, double> Dummy { get; init; }

    public required IReadOnlyList<CandidateResult> Candidates { get; init; }

    public required int TrainRows { get; init; }

    public required int TestRows { get; init; }

    public required int MissingTargets { get; init; }

    /// <summary>What the user should know: candidates left out, columns dropped, rows left out.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
