namespace Dag.Workflows.Scheduling;

/// <summary>The span of data that a scheduled run is for, in UTC. Its start is the run's logical date.</summary>
/// <param name="Start">Where the data begins, inclusive: the firing before.</param>
/// <param name="End">Where the data ends, exclusive: the firing itself. The same as <paramref name="Start"/> when there was none before.</param>
internal readonly record struct DataInterval(DateTimeOffset Start, DateTimeOffset End);
