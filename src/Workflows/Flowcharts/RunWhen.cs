namespace Dag.Workflows.Flowcharts;

/// <summary>
/// When an activity of a flowchart runs, by its inbound connections, once each of them has been decided: followed, not followed (a dead
/// path), or failed. Honoured under the incident strategy Dag.Propagate.
/// </summary>
internal enum RunWhen
{
    /// <summary>All branches that were taken have succeeded, and one at least was. The default.</summary>
    AllSucceeded,

    /// <summary>One branch at least has succeeded, whatever became of the others.</summary>
    OneSucceeded,

    /// <summary>All branches that were taken are over, well or not, and one at least was.</summary>
    AllDone,

    /// <summary>No branch has failed, even if none was taken.</summary>
    NoneFailed,

    /// <summary>One branch at least has failed.</summary>
    OneFailed,

    /// <summary>All branches that were taken have failed, and one at least was.</summary>
    AllFailed,

    /// <summary>In any case.</summary>
    Always,
}

/// <summary>What becomes of an activity whose inbound connections have all been decided.</summary>
internal enum RunDecision
{
    /// <summary>It runs.</summary>
    Run,

    /// <summary>It does not run, and nothing is wrong: its outbound connections are not followed.</summary>
    Skip,

    /// <summary>It does not run because something before it has failed: its outbound connections are failed.</summary>
    UpstreamFailed,
}

internal static class RunWhenRules
{
    /// <summary>The decision.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="followed">Whether one connection at least was followed.</param>
    /// <param name="failed">Whether one connection at least is failed.</param>
    public static RunDecision Decide(RunWhen rule, bool followed, bool failed) => rule switch
    {
        RunWhen.Always => RunDecision.Run,
        RunWhen.AllDone => followed || failed ? RunDecision.Run : RunDecision.Skip,
        RunWhen.OneFailed => failed ? RunDecision.Run : RunDecision.Skip,
        RunWhen.AllFailed => failed && !followed ? RunDecision.Run : RunDecision.Skip,
        RunWhen.OneSucceeded when followed => RunDecision.Run,
        _ when failed => RunDecision.UpstreamFailed,
        RunWhen.NoneFailed => RunDecision.Run,
        _ => followed ? RunDecision.Run : RunDecision.Skip,
    };
}
