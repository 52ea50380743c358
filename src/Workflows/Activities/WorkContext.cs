namespace Dag.Workflows.Activities;

/// <summary>What one attempt of a work activity knows of its run, and how it reports.</summary>
public sealed class WorkContext
{
    /// <summary>The run's id.</summary>
    public required string RunId { get; init; }

    /// <summary>The name of the workflow that runs.</summary>
    public required string WorkflowName { get; init; }

    /// <summary>The activity's id in the definition.</summary>
    public required string ActivityId { get; init; }

    /// <summary>The id of the activity execution, unique in its run.</summary>
    public required long ExecutionId { get; init; }

    /// <summary>Which attempt this is, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>
    /// The same for every attempt of this execution, different for every other: whoever publishes under it publishes once.
    /// </summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>
    /// The workflow's variables in scope, by name, as they were when the attempt began; empty unless the activity's attribute asks for
    /// them with <see cref="ActivityAttribute.ReadsVariables"/>.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Variables { get; init; } = new Dictionary<string, object?>();

    /// <summary>Whether there will be another attempt if this one fails with an error that may pass.</summary>
    public bool MayRetry { get; init; }

    /// <summary>The names of the cases that the definition lists for the input with <see cref="PortCasesAttribute"/>, in its order.</summary>
    public IReadOnlyList<string> Cases { get; init; } = [];

    /// <summary>The port whose activity this attempt ends with; null when it ends with outcomes.</summary>
    public string? Port { get; private set; }

    /// <summary>The outcomes that this attempt ends with; null means <c>Done</c>.</summary>
    public IReadOnlyList<string>? Outcomes { get; private set; }

    /// <summary>Receives each report of progress; null when nobody listens.</summary>
    public Action<WorkProgress>? ProgressSink { get; init; }

    /// <summary>Ends the attempt with these outcomes instead of <c>Done</c>.</summary>
    public void SetOutcomes(params string[] outcomes) => Outcomes = outcomes;

    /// <summary>
    /// Ends the attempt with the activity that the definition embeds in this port or case; the execution completes when that has completed,
    /// and at once when the port is empty.
    /// </summary>
    public void EnterPort(string port) => Port = port;

    /// <summary>Reports how far the work is; cheap, and may be called often.</summary>
    public void Report(WorkProgress progress) => ProgressSink?.Invoke(progress);
}
