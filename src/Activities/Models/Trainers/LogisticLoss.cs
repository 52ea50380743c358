namespace Dag.Activities.Models;

/// <summary>The mean negative log likelihood of a logistic model with its penalty, and its gradient.</summary>
/// <param name="rows">The standardised rows.</param>
/// <param name="target">For each row the index of its class.</param>
/// <param name="sums">Weighted sums: 1 for two classes, otherwise one for each class.</param>
/// <param name="l2">The penalty on half the squared weights, against the sum of the rows' losses.</param>
internal sealed class LogisticLoss(EncodedRows rows, double[] target, int sums, double l2)
{
    // For each sum the weights of the features and then the intercept.
    private readonly int _stride = rows.Width + 1;

    public int Length => sums * _stride;

    public double Evaluate(double[] parameters, double[] gradient)
    {
        Array.Clear(gradient);
        var loss = Penalty(parameters, gradient);
        Span<double> outputs = stackalloc double[sums];
        for (var i = 0; i < rows.Rows; i++)
        {
            var dense = rows.DenseRow(i);
            var hot = rows.HotRow(i);
            for (var k = 0; k < sums; k++)
            {
                var weights = parameters.AsSpan(k * _stride, _stride);
                outputs[k] = weights[^1] + LinearScore.Of(weights[..^1], dense, hot);
            }

            loss += sums == 1 ? OfTwo(outputs, target[i]) : OfMany(outputs, (int)target[i]);
            for (var k = 0; k < sums; k++)
            {
                Add(gradient.AsSpan(k * _stride, _stride), outputs[k] / rows.Rows, dense, hot);
            }
        }

        return loss / rows.Rows;
    }

    // Both leave in the outputs the derivatives of the row's loss by its sums.
    private static double OfTwo(Span<double> outputs, double positive)
    {
        var margin = positive > 0 ? outputs[0] : -outputs[0];
        outputs[0] = LinearScore.Logistic(outputs[0]) - positive;
        return margin > 0 ? Math.Log(1 + Math.Exp(-margin)) : Math.Log(1 + Math.Exp(margin)) - margin;
    }

    private static double OfMany(Span<double> outputs, int index)
    {
        var score = outputs[index];
        var total = LinearScore.Softmax(outputs);
        outputs[index] -= 1;
        return total - score;
    }

    private static void Add(Span<double> gradient, double derivative, ReadOnlySpan<double> dense, ReadOnlySpan<int> hot)
    {
        VectorMath.AddScaled(gradient[..dense.Length], derivative, dense);
        foreach (var index in hot)
        {
            if (index >= 0)
            {
                gradient[dense.Length + index] += derivative;
            }
        }

        gradient[^1] += derivative;
    }

    private double Penalty(double[] parameters, double[] gradient)
    {
        var penalty = 0.0;
        for (var k = 0; k < sums; k++)
        {
            var weights = parameters.AsSpan(k * _stride, _stride - 1);
            penalty += l2 / 2 * VectorMath.Dot(weights, weights);
            VectorMath.AddScaled(gradient.AsSpan(k * _stride, _stride - 1), l2 / rows.Rows, weights);
        }

        return penalty;
    }
}
