namespace Dag.Activities.Models;

/// <summary>Two models, measured on the same rows.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Score">The candidate's figure.</param>
/// <param name="Opponent">Whom it is compared with: the champion, such as <c>delay@3</c>, or <c>dummy</c>.</param>
/// <param name="OpponentScore">The opponent's figure.</param>
/// <param name="Improvement">How much better the candidate is, as a share of the opponent's figure; negative when it is worse.</param>
/// <param name="Rows">The held-out rows that both were measured on.</param>
internal sealed record ModelComparison(
    ModelMetric Metric, double Score, string Opponent, double OpponentScore, double Improvement, int Rows);
