namespace Dag.Activities.Models;

/// <summary>How one candidate did.</summary>
/// <param name="Candidate">Its name: dummy, linear, logistic, xgboost.</param>
/// <param name="Algorithm">The method.</param>
/// <param name="CrossValidation">The means of its figures over the folds; null without cross-validation.</param>
/// <param name="Test">Its figures on the test part.</param>
/// <param name="Seconds">What its trainings took.</param>
public sealed record CandidateResult(
    string Candidate,
    string Algorithm,
    IReadOnlyDictionary<string, double>? CrossValidation,
    IReadOnlyDictionary<string, double> Test,
    double Seconds);
