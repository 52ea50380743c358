using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Running;

/// <summary>An activity execution as a viewer sees it.</summary>
internal sealed class TracedExecution(long id, Node node, long parent, DateTimeOffset scheduledAt)
{
    // Most executions have none, and there may be a million of them.
    private List<FailedAttempt>? _failedAttempts;

    public long Id { get; } = id;

    public Node Node { get; } = node;

    /// <summary>The execution that it is in; 0 for the workflow itself.</summary>
    public long Parent { get; } = parent;

    public DateTimeOffset ScheduledAt { get; } = scheduledAt;

    public TracedStatus Status { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Attempts started; 0 for control activities.</summary>
    public int Attempts { get; set; }

    /// <summary>The attempts that failed, in order.</summary>
    public IReadOnlyList<FailedAttempt> FailedAttempts => _failedAttempts ?? [];

    /// <summary>Whether something outside must happen before it goes on.</summary>
    public bool Waits { get; set; }

    public IReadOnlyList<KeyValuePair<string, object?>> Inputs { get; set; } = [];

    public IReadOnlyList<KeyValuePair<string, object?>> Outputs { get; set; } = [];

    /// <summary>Null for the plain completion, which is Done.</summary>
    public IReadOnlyList<string>? Outcomes { get; set; }

    public Incident? Incident { get; set; }

    public void Add(FailedAttempt attempt) => (_failedAttempts ??= []).Add(attempt);
}

/// <summary>Where an execution stands, in Elsa's words.</summary>
internal enum TracedStatus
{
    Pending,
    Running,
    Completed,
    Canceled,
    Faulted,
}

/// <summary>An attempt that failed and is followed by another.</summary>
/// <param name="Attempt">Its number, from 1.</param>
/// <param name="Error">Why.</param>
/// <param name="At">When.</param>
/// <param name="Delay">How long the next one waits.</param>
internal sealed record FailedAttempt(int Attempt, string Error, DateTimeOffset At, TimeSpan Delay);
