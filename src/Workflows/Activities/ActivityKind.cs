namespace Dag.Workflows.Activities;

/// <summary>How the engine executes an activity.</summary>
public enum ActivityKind
{
    /// <summary>Decides inside the run's burst, in microseconds, and touches nothing outside the run.</summary>
    Control,

    /// <summary>Starts runs from outside; inside a run it waits for the same thing once.</summary>
    Trigger,

    /// <summary>Work: runs in parallel on any node, with attempts, retries and a timeout.</summary>
    Job,
}
