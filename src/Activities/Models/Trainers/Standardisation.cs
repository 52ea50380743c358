namespace Dag.Activities.Models;

/// <summary>Brings dense features to mean 0 and deviation 1.</summary>
/// <param name="Means">The mean of each dense feature over the training rows.</param>
/// <param name="Scales">Its standard deviation; 1 where it does not vary.</param>
internal sealed record Standardisation(double[] Means, double[] Scales)
{
    public static Standardisation Fit(EncodedRows rows)
    {
        var means = new double[rows.DenseWidth];
        var scales = new double[rows.DenseWidth];
        for (var i = 0; i < rows.Rows; i++)
        {
            VectorMath.AddScaled(means, 1.0 / rows.Rows, rows.DenseRow(i));
        }

        for (var i = 0; i < rows.Rows; i++)
        {
            var row = rows.DenseRow(i);
            for (var j = 0; j < row.Length; j++)
            {
                var difference = row[j] - means[j];
                scales[j] += difference * difference / rows.Rows;
            }
        }

        for (var j = 0; j < scales.Length; j++)
        {
            // What rounding leaves of a constant is no variation.
            var deviation = Math.Sqrt(scales[j]);
            scales[j] = deviation > 1e-14 * Math.Abs(means[j]) ? deviation : 1;
        }

        return new Standardisation(means, scales);
    }

    /// <summary>Standardises the dense features of a row.</summary>
    public void Apply(Span<double> row)
    {
        for (var j = 0; j < Means.Length; j++)
        {
            row[j] = (row[j] - Means[j]) / Scales[j];
        }
    }

    /// <summary>Standardises all rows in place.</summary>
    public void Apply(EncodedRows rows)
    {
        for (var i = 0; i < rows.Rows; i++)
        {
            Apply(rows.Dense.AsSpan(i * rows.DenseWidth, rows.DenseWidth));
        }
    }
}
