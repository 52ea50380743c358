namespace Dag.Activities.Models;

/// <summary>
/// Rows as numbers, row by row: first the dense features, then for each column of text the one feature that is 1. Keeping the place of
/// the 1 instead of the zeros around it makes a hundred categories cost as much as one.
/// </summary>
/// <param name="rows">How many rows.</param>
/// <param name="denseWidth">Dense features.</param>
/// <param name="hotColumns">Columns of text.</param>
/// <param name="hotWidth">Features of all columns of text.</param>
internal sealed class EncodedRows(int rows, int denseWidth, int hotColumns, int hotWidth)
{
    public int Rows { get; } = rows;

    public int DenseWidth { get; } = denseWidth;

    public int HotColumns { get; } = hotColumns;

    public int HotWidth { get; } = hotWidth;

    /// <summary>Features of a row in all.</summary>
    public int Width => DenseWidth + HotWidth;

    public double[] Dense { get; } = new double[CheckedLength(rows, denseWidth)];

    /// <summary>The places of the ones among the hot features; -1 where all of a column's features are 0.</summary>
    public int[] Hot { get; } = new int[CheckedLength(rows, hotColumns)];

    public ReadOnlySpan<double> DenseRow(int row) => Dense.AsSpan(row * DenseWidth, DenseWidth);

    public ReadOnlySpan<int> HotRow(int row) => Hot.AsSpan(row * HotColumns, HotColumns);

    /// <summary>Writes a row with all its zeros.</summary>
    public void Expand(int row, Span<double> target)
    {
        DenseRow(row).CopyTo(target);
        target[DenseWidth..].Clear();
        foreach (var hot in HotRow(row))
        {
            if (hot >= 0)
            {
                target[DenseWidth + hot] = 1;
            }
        }
    }

    /// <summary>Writes a row with all its zeros, in single precision.</summary>
    public void Expand(int row, Span<float> target)
    {
        var dense = DenseRow(row);
        for (var i = 0; i < dense.Length; i++)
        {
            target[i] = (float)dense[i];
        }

        target[DenseWidth..].Clear();
        foreach (var hot in HotRow(row))
        {
            if (hot >= 0)
            {
                target[DenseWidth + hot] = 1;
            }
        }
    }

    private static int CheckedLength(int rows, int width) => (long)rows * width <= Array.MaxLength
        ? rows * width
        : throw new Workflows.Activities.ActivityException(
            $"{rows:N0} rows of {width:N0} features do not fit into memory. Lower maxRows or name fewer features.")
        { Retryable = false };
}
