using Dag.Activities.Models;

namespace Dag.Activities.Tests.Models;

public sealed class LeastSquaresTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(512)]
    [InlineData(5000)]
    public void Exact_equations_are_solved_over_any_number_of_blocks(int rows)
    {
        double[] x = [2, -3, 0.5];
        var equations = new LeastSquares(3);
        foreach (var row in Rows(rows, 3))
        {
            equations.Add(row, VectorMath.Dot(row, x));
        }

        AssertNear(x, equations.Solve(ridge: 0), 1e-10);
    }

    [Fact]
    public void Of_two_equal_columns_each_gets_half_the_weight()
    {
        var equations = new LeastSquares(3);
        foreach (var row in Rows(1000, 2))
        {
            equations.Add([row[0], row[1], row[0]], (4 * row[0]) + row[1]);
        }

        AssertNear([2, 1, 2], equations.Solve(ridge: 0), 1e-9);
    }

    [Fact]
    public void Fewer_equations_than_unknowns_give_the_shortest_solution()
    {
        var equations = new LeastSquares(4);
        equations.Add([1, 1, 1, 1], 8);

        AssertNear([2, 2, 2, 2], equations.Solve(ridge: 0), 1e-10);
    }

    [Fact]
    public void A_penalty_shrinks_the_solution_as_ridge_regression_does()
    {
        var equations = new LeastSquares(1);
        equations.Add([3], 6);
        equations.Add([4], 8);

        // (x'x + ridge)⁻¹ x'y = 50 / (25 + 75)
        AssertNear([0.5], equations.Solve(ridge: 75), 1e-12);
    }

    [Fact]
    public void Columns_of_zeros_get_no_weight()
    {
        var equations = new LeastSquares(2);
        equations.Add([0, 2], 4);
        equations.Add([0, 1], 2);

        AssertNear([0, 2], equations.Solve(ridge: 0), 1e-12);
    }

    private static IEnumerable<double[]> Rows(int count, int width)
    {
        var random = new Random(1);
        for (var i = 0; i < count; i++)
        {
            yield return [.. Enumerable.Range(0, width).Select(_ => random.NextDouble() - 0.5)];
        }
    }

    private static void AssertNear(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }
}
