namespace Dag.Workflows.Running;

/// <summary>A line of a run's journal.</summary>
/// <param name="Sequence">Its place, from 1.</param>
/// <param name="Execution">The execution that it is about.</param>
/// <param name="Event">Started, Completed, Faulted, Canceled, AttemptFailed or AttemptLost.</param>
/// <param name="At">When it happened.</param>
/// <param name="Message">What there is to say, if anything.</param>
internal readonly record struct JournalEntry(long Sequence, TracedExecution Execution, string Event, DateTimeOffset At, string? Message);
