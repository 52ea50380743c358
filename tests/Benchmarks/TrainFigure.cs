namespace Dag.Benchmarks;

/// <summary>One line of the benchmark of training.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Milliseconds">The median time.</param>
/// <param name="RowsPerSecond">Rows a second at that time.</param>
internal sealed record TrainFigure(string Name, double Milliseconds, double RowsPerSecond);
