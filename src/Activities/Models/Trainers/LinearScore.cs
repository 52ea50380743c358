namespace Dag.Activities.Models;

/// <summary>The arithmetic that training and prediction of linear models share.</summary>
internal static class LinearScore
{
    public static double Of(ReadOnlySpan<double> weights, ReadOnlySpan<double> dense, ReadOnlySpan<int> hot)
    {
        var sum = VectorMath.Dot(dense, weights[..dense.Length]);
        foreach (var index in hot)
        {
            if (index >= 0)
            {
                sum += weights[dense.Length + index];
            }
        }

        return sum;
    }

    public static double Logistic(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    /// <summary>Turns scores into probabilities in place, and returns the logarithm of the sum of the scores' exponentials.</summary>
    public static double Softmax(Span<double> scores)
    {
        var highest = double.NegativeInfinity;
        foreach (var score in scores)
        {
            highest = Math.Max(highest, score);
        }

        var sum = 0.0;
        for (var k = 0; k < scores.Length; k++)
        {
            scores[k] = Math.Exp(scores[k] - highest);
            sum += scores[k];
        }

        for (var k = 0; k < scores.Length; k++)
        {
            scores[k] /= sum;
        }

        return highest + Math.Log(sum);
    }
}
