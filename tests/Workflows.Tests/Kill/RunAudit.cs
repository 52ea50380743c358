using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Tests.Kill;

/// <summary>Whether the history of one run, what lists show of it, and what its work did to the world agree.</summary>
internal sealed class RunAudit
{
    private readonly List<string> _faults = [];
    private readonly RunReport _report;
    private readonly IReadOnlyList<RunEvent> _events;

    public RunAudit(RunSummary run, RunReport report, IReadOnlyList<RunEvent> events, IReadOnlyList<WorkExecutionRow> work, IReadOnlyList<string[]> effects, int seed)
    {
        _report = report;
        _events = events;
        var started = events.OfType<AttemptStarted>().Select(e => (e.Execution, e.Attempt)).ToList();
        var ended = events.OfType<ExecutionCompleted>().Select(e => e.Execution).ToList();
        DiedTooOften = report.SubStatus == "Faulted"
            && report.Incidents.All(i => i.Message.StartsWith("The process died while running it", StringComparison.Ordinal));
        Require(run.Status == "Finished", $"it is {run.Status}/{run.SubStatus}");
        Require(run.SubStatus == "Finished" || DiedTooOften, $"it ended as {run.SubStatus}: {report.Incidents.FirstOrDefault()?.Message}");
        Require(ended.Count == ended.Distinct().Count(), "an execution completed twice");
        Require(started.Count == started.Distinct().Count(), "an attempt was recorded as started twice");
        CheckEffects(effects, started);
        CheckRows(work, started);
        if (run.SubStatus == "Finished")
        {
            CheckWholeness(KillWorkflow.Create(seed, int.Parse(run.DefinitionId.Split('-')[1])));
        }
    }

    /// <summary>Whether one of its executions was lost with its process so often that it is taken for the cause.</summary>
    public bool DiedTooOften { get; }

    public IReadOnlyList<string> Faults => _faults;

    /// <summary>The faults with the history, to be read by who looks for the reason.</summary>
    public string Story => $"Run {_report.Id} of {_report.DefinitionId}: {string.Join("; ", _faults)}\n{string.Join('\n', _events)}";

    private void CheckEffects(IReadOnlyList<string[]> effects, List<(long Execution, int Attempt)> started)
    {
        var done = effects.Select(e => (Execution: long.Parse(e[1]), Attempt: int.Parse(e[2]))).ToList();
        Require(done.Count == done.Distinct().Count(), "an attempt had its effect twice");
        Require(!done.Except(started).Any(), $"effects without a recorded start: {string.Join(", ", done.Except(started))}");

        // Only an attempt that was lost may have left no effect.
        var lost = _events.OfType<AttemptLost>().Select(e => (e.Execution, e.Attempt)).ToList();
        var without = started.Except(done).Except(lost).ToList();
        Require(without.Count == 0, $"attempts without effect that were not lost: {string.Join(", ", without)}");
        foreach (var attempts in started.GroupBy(a => a.Execution))
        {
            Require(attempts.Select(a => a.Attempt).SequenceEqual(Enumerable.Range(1, attempts.Count())), $"the attempts of {attempts.Key} are not counted from 1");
        }
    }

    private void CheckRows(IReadOnlyList<WorkExecutionRow> rows, List<(long Execution, int Attempt)> started)
    {
        foreach (var row in rows)
        {
            var attempts = started.Count(a => a.Execution == row.ExecutionId);
            Require(row.Attempts == attempts, $"the row of {row.ExecutionId} tells of {row.Attempts} attempts, the history of {attempts}");
            Require(row.Status == _report.Executions.Single(e => e.Id == row.ExecutionId).Status, $"the row of {row.ExecutionId} says {row.Status}");
        }

        var known = rows.Select(r => r.ExecutionId).ToHashSet();
        Require(started.All(a => known.Contains(a.Execution)), "work without a row");
    }

    private void CheckWholeness(KillWorkflow workflow)
    {
        // Beside the activities there are the workflow itself and its flowchart.
        Require(_report.Executions.Count == KillWorkflow.Activities + 2, $"it has {_report.Executions.Count} executions");
        Require(_report.Executions.All(e => e.Status == "Completed"), "an execution did not complete");
        var at = 0;
        foreach (var stage in workflow.Stages)
        {
            var lines = _report.Lines.Skip(at).Take(stage.Sum(b => b.Length)).ToList();
            at += lines.Count;
            var inOrder = stage.All(branch => lines.Where(branch.Contains).SequenceEqual(branch));
            Require(inOrder && lines.Count == stage.Sum(b => b.Length), $"the lines {string.Join(", ", lines)} should be {string.Join(" | ", stage.Select(b => string.Join(", ", b)))}");
        }

        Require(at == _report.Lines.Count, $"it wrote {_report.Lines.Count} lines in place of {at}");
    }

    private void Require(bool holds, string fault)
    {
        if (!holds)
        {
            _faults.Add(fault);
        }
    }
}
