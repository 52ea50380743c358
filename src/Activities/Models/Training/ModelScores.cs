namespace Dag.Activities.Models;

/// <summary>Measures predictions against what was.</summary>
internal static class ModelScores
{
    private const double SmallestProbability = 1e-15;

    /// <summary>The figures of predictions by the names of the metrics.</summary>
    /// <param name="outputs">Numbers for each row: 1, or the number of classes.</param>
    /// <param name="actual">For each row the number, or the index of the class; NaN for a class that the model does not know.</param>
    /// <param name="predicted">The model's outputs, row by row.</param>
    public static Dictionary<string, double> Of(int outputs, double[] actual, double[] predicted) =>
        outputs == 1 ? OfNumbers(actual, predicted) : OfClasses(outputs, actual, predicted);

    private static Dictionary<string, double> OfNumbers(double[] actual, double[] predicted)
    {
        var mean = actual.Average();
        double squared = 0, absolute = 0, total = 0;
        for (var i = 0; i < actual.Length; i++)
        {
            var error = predicted[i] - actual[i];
            squared += error * error;
            absolute += Math.Abs(error);
            total += (actual[i] - mean) * (actual[i] - mean);
        }

        return new Dictionary<string, double>
        {
            [ModelMetric.Rmse.Key] = Math.Sqrt(squared / actual.Length),
            [ModelMetric.Mae.Key] = absolute / actual.Length,
            [ModelMetric.R2.Key] = total > 0 ? 1 - (squared / total) : squared == 0 ? 1 : 0,
        };
    }

    private static Dictionary<string, double> OfClasses(int classes, double[] actual, double[] predicted)
    {
        var right = new int[classes];
        var predictedAs = new int[classes];
        var actuals = new int[classes];
        var unknown = 0;
        var loss = 0.0;
        for (var i = 0; i < actual.Length; i++)
        {
            var probabilities = predicted.AsSpan(i * classes, classes);
            var best = Highest(probabilities);
            predictedAs[best]++;
            if (double.IsNaN(actual[i]))
            {
                unknown++;
                loss -= Math.Log(SmallestProbability);
                continue;
            }

            var index = (int)actual[i];
            actuals[index]++;
            right[index] += best == index ? 1 : 0;
            loss -= Math.Log(Math.Clamp(probabilities[index], SmallestProbability, 1 - SmallestProbability));
        }

        var scores = new Dictionary<string, double>
        {
            [ModelMetric.Accuracy.Key] = (double)right.Sum() / actual.Length,
            [ModelMetric.LogLoss.Key] = loss / actual.Length,
            [ModelMetric.F1.Key] = MacroF1(right, predictedAs, actuals, unknown),
        };
        if (classes == 2)
        {
            scores[ModelMetric.Auc.Key] = Auc(actual, predicted);
        }

        return scores;
    }

    private static int Highest(ReadOnlySpan<double> probabilities)
    {
        var best = 0;
        for (var k = 1; k < probabilities.Length; k++)
        {
            best = probabilities[k] > probabilities[best] ? k : best;
        }

        return best;
    }

    // Over the classes that occur or are predicted; the classes that the model does not know count as one that it never gets right.
    private static double MacroF1(int[] right, int[] predictedAs, int[] actuals, int unknown)
    {
        var sum = 0.0;
        var count = unknown > 0 ? 1 : 0;
        for (var k = 0; k < right.Length; k++)
        {
            if (predictedAs[k] + actuals[k] > 0)
            {
                sum += 2.0 * right[k] / (predictedAs[k] + actuals[k]);
                count++;
            }
        }

        return sum / count;
    }

    // The share of pairs of a positive and a negative row that are ranked rightly; ties count half. 0.5 when there is no pair.
    private static double Auc(double[] actual, double[] predicted)
    {
        var rows = Enumerable.Range(0, actual.Length).Where(i => !double.IsNaN(actual[i])).ToArray();
        var scores = Array.ConvertAll(rows, i => predicted[(2 * i) + 1]);
        Array.Sort(scores, rows);
        double rankSum = 0, positives = 0;
        for (var start = 0; start < rows.Length;)
        {
            var end = start;
            while (end < rows.Length && scores[end] == scores[start])
            {
                end++;
            }

            var inTie = rows.AsSpan(start, end - start).ToArray().Count(i => actual[i] > 0);
            positives += inTie;
            rankSum += inTie * (start + 1 + end) / 2.0;
            start = end;
        }

        var negatives = rows.Length - positives;
        return positives == 0 || negatives == 0 ? 0.5 : (rankSum - (positives * (positives + 1) / 2)) / (positives * negatives);
    }
}
