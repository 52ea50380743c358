namespace Dag.Activities.Models;

/// <summary>Minimises a smooth convex function by the limited-memory method of Broyden, Fletcher, Goldfarb and Shanno.</summary>
internal static class Lbfgs
{
    private const int Memory = 10;

    private const int MaxIterations = 500;

    private const double GradientTolerance = 1e-7;

    private const double DecreaseTolerance = 1e-13;

    /// <param name="function">Fills in the gradient at a point and returns the value there.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="progress">Hears a guess of the share done.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static double[] Minimise(
        Func<double[], double[], double> function, double[] start, Action<double>? progress, CancellationToken cancellationToken)
    {
        var at = start;
        var gradient = new double[at.Length];
        var value = function(at, gradient);
        var history = new List<(double[] Step, double[] Change, double Product)>(Memory);
        for (var iteration = 0; iteration < MaxIterations && gradient.Max(Math.Abs) > GradientTolerance; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Invoke((double)iteration / (iteration + 20));
            var direction = Direction(gradient, history);
            var (next, nextGradient, nextValue) = Search(function, at, gradient, value, direction, history.Count == 0);
            Remember(history, Difference(next, at), Difference(nextGradient, gradient));
            var decrease = value - nextValue;
            (at, gradient, value) = (next, nextGradient, nextValue);
            if (decrease <= DecreaseTolerance * Math.Max(1, Math.Abs(value)))
            {
                break;
            }
        }

        return at;
    }

    private static double[] Direction(double[] gradient, List<(double[] Step, double[] Change, double Product)> history)
    {
        var direction = Array.ConvertAll(gradient, g => -g);
        var alphas = new double[history.Count];
        for (var i = history.Count - 1; i >= 0; i--)
        {
            alphas[i] = VectorMath.Dot(history[i].Step, direction) / history[i].Product;
            VectorMath.AddScaled(direction, -alphas[i], history[i].Change);
        }

        if (history.Count > 0)
        {
            var (_, change, product) = history[^1];
            var scale = product / VectorMath.Dot(change, change);
            for (var i = 0; i < direction.Length; i++)
            {
                direction[i] *= scale;
            }
        }

        for (var i = 0; i < history.Count; i++)
        {
            var beta = VectorMath.Dot(history[i].Change, direction) / history[i].Product;
            VectorMath.AddScaled(direction, alphas[i] - beta, history[i].Step);
        }

        return direction;
    }

    // Halves the step until the function falls as much as its slope promises.
    private static (double[] At, double[] Gradient, double Value) Search(
        Func<double[], double[], double> function, double[] at, double[] gradient, double value, double[] direction, bool first)
    {
        var slope = VectorMath.Dot(gradient, direction);
        var step = first ? Math.Min(1, 1 / Math.Sqrt(VectorMath.Dot(gradient, gradient))) : 1.0;
        for (var attempt = 0; attempt < 40; attempt++, step /= 2)
        {
            var next = (double[])at.Clone();
            VectorMath.AddScaled(next, step, direction);
            var nextGradient = new double[at.Length];
            var nextValue = function(next, nextGradient);
            if (nextValue <= value + (1e-4 * step * slope))
            {
                return (next, nextGradient, nextValue);
            }
        }

        return (at, gradient, value);
    }

    private static void Remember(List<(double[] Step, double[] Change, double Product)> history, double[] step, double[] change)
    {
        // Without curvature along the step there is nothing to learn from it.
        var product = VectorMath.Dot(step, change);
        if (product <= 1e-300)
        {
            return;
        }

        if (history.Count == Memory)
        {
            history.RemoveAt(0);
        }

        history.Add((step, change, product));
    }

    private static double[] Difference(double[] a, double[] b)
    {
        var difference = (double[])a.Clone();
        VectorMath.AddScaled(difference, -1, b);
        return difference;
    }
}
