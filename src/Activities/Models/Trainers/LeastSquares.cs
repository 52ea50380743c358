using MathNet.Numerics.LinearAlgebra.Double;

namespace Dag.Activities.Models;

/// <summary>
/// Least squares over any number of rows: Householder's reflections reduce block after block to one triangle, so that memory depends on
/// the columns only and the condition of the problem is not squared.
/// </summary>
internal sealed class LeastSquares
{
    private const int BlockRows = 512;

    private readonly int _width;

    // Column by column: the triangle's entries, then the block's. The last column is the right-hand side.
    private readonly double[][] _triangle;
    private readonly double[][] _block;
    private int _filled;

    /// <param name="width">Columns, without the right-hand side.</param>
    public LeastSquares(int width)
    {
        _width = width;
        _triangle = [.. Enumerable.Range(0, width + 1).Select(_ => new double[width + 1])];
        _block = [.. Enumerable.Range(0, width + 1).Select(_ => new double[BlockRows])];
    }

    /// <summary>Adds the equation row · x = value.</summary>
    public void Add(ReadOnlySpan<double> row, double value)
    {
        for (var j = 0; j < _width; j++)
        {
            _block[j][_filled] = row[j];
        }

        _block[_width][_filled] = value;
        if (++_filled == BlockRows)
        {
            Reduce();
        }
    }

    /// <summary>The x that fits best, with this penalty on its squares; of several, the shortest.</summary>
    public double[] Solve(double ridge)
    {
        Reduce();
        var diagonal = Enumerable.Range(0, _width).Select(j => Math.Abs(_triangle[j][j])).ToArray();
        var wellConditioned = diagonal.Length > 0 && diagonal.Min() > 1e-10 * diagonal.Max();
        return _width == 0 ? [] : ridge == 0 && wellConditioned ? SubstituteBack() : SolveBySingularValues(ridge);
    }

    private void Reduce()
    {
        for (var j = 0; j <= _width && _filled > 0; j++)
        {
            Reflect(j);
        }

        _filled = 0;
    }

    // Sends column j of the block to zero and its length to the triangle's diagonal.
    private void Reflect(int j)
    {
        var column = _block[j].AsSpan(0, _filled);
        var head = _triangle[j][j];
        var tail = VectorMath.Dot(column, column);
        if (tail == 0)
        {
            return;
        }

        var length = Math.Sqrt((head * head) + tail);
        var pivot = head > 0 ? head + length : head - length;
        var scale = 2 / ((pivot * pivot) + tail);
        for (var k = j + 1; k <= _width; k++)
        {
            var other = _block[k].AsSpan(0, _filled);
            var factor = -scale * ((pivot * _triangle[k][j]) + VectorMath.Dot(column, other));
            _triangle[k][j] += factor * pivot;
            VectorMath.AddScaled(other, factor, column);
        }

        _triangle[j][j] = head > 0 ? -length : length;
    }

    private double[] SubstituteBack()
    {
        var x = new double[_width];
        for (var i = _width - 1; i >= 0; i--)
        {
            var sum = _triangle[_width][i];
            for (var j = i + 1; j < _width; j++)
            {
                sum -= _triangle[j][i] * x[j];
            }

            x[i] = sum / _triangle[i][i];
        }

        return x;
    }

    private double[] SolveBySingularValues(double ridge)
    {
        var svd = DenseMatrix.Create(_width, _width, (i, j) => i <= j ? _triangle[j][i] : 0).Svd();
        var projected = svd.U.TransposeThisAndMultiply(DenseVector.Create(_width, i => _triangle[_width][i]));
        var smallest = svd.S[0] * 1e-10;
        for (var i = 0; i < _width; i++)
        {
            var s = svd.S[i];
            projected[i] = s > smallest ? projected[i] * s / ((s * s) + ridge) : 0;
        }

        return svd.VT.TransposeThisAndMultiply(projected).ToArray();
    }
}
