using Dag.Workflows.Runs;
using Dag.Workflows.Scheduling;

namespace Dag.Workflows.Running;

/// <summary>Something that reaches a run. Each is one burst.</summary>
internal abstract record Arrival;

/// <summary>The run begins.</summary>
internal sealed record StartArrival(RunStarted Started) : Arrival;

/// <summary>The run was loaded from its history: go on where it stopped, and take attempts that died with their process for lost.</summary>
internal sealed record RecoveryArrival : Arrival;

/// <summary>Slots for work are free.</summary>
internal sealed record GrantArrival(SlotGrant Grant) : Arrival;

/// <summary>An attempt ended.</summary>
internal sealed record AttemptArrival(long Execution, int Attempt, AttemptResult Result) : Arrival;

/// <summary>A timer of an execution fell due.</summary>
internal sealed record TimerArrival(long Execution) : Arrival;

/// <summary>What an execution waits for has happened.</summary>
internal sealed record ResumeArrival(long Execution, IReadOnlyDictionary<string, object?> Outputs) : Arrival
{
    /// <summary>The outcomes that it completes with; null for the plain completion.</summary>
    public IReadOnlyList<string>? Outcomes { get; init; }

    /// <summary>Keys to book with the completion; nobody else may be booking them.</summary>
    public IReadOnlyList<RunLog.LedgerKey> LedgerKeys { get; init; } = [];
}

/// <summary>A run that an execution has started tells how it stands.</summary>
internal sealed record ChildArrival(long Execution, ChildReport Report) : Arrival;

/// <summary>A run that an execution wanted to start cannot be.</summary>
internal sealed record ChildFailedArrival(long Execution, string Error) : Arrival;

/// <summary>Somebody cancels the run.</summary>
internal sealed record CancelArrival(string? Reason) : Arrival;

/// <summary>Messages wait in the run's inbox.</summary>
internal sealed record InboxArrival : Arrival;

/// <summary>How an attempt ended.</summary>
internal abstract record AttemptResult
{
    /// <summary>It completed.</summary>
    public sealed record Completed(IReadOnlyList<string>? Outcomes, IReadOnlyDictionary<string, object?> Outputs) : AttemptResult
    {
        /// <summary>The port whose activity comes before the execution's completion; null when none does.</summary>
        public string? Port { get; init; }
    }

    /// <summary>It failed.</summary>
    public sealed record Failed(Exception Error) : AttemptResult;

    /// <summary>It was handed back because the service stops.</summary>
    public sealed record Returned : AttemptResult;
}
