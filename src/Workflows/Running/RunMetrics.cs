using System.Diagnostics.Metrics;
using Dag.Workflows.Runs;
using Dag.Workflows.Telemetry;

namespace Dag.Workflows.Running;

/// <summary>Counts what this node does with runs; free when nobody listens.</summary>
internal sealed class RunMetrics
{
    private readonly DagMeter _meter;
    private readonly Counter<long> _runsStarted;
    private readonly Counter<long> _runsFinished;
    private readonly Histogram<double> _runDuration;
    private readonly Counter<long> _executions;
    private readonly Counter<long> _attemptsStarted;
    private readonly Counter<long> _attemptsFinished;
    private readonly Histogram<double> _attemptDuration;
    private readonly Histogram<double> _burstDuration;

    public RunMetrics(DagMeter meter)
    {
        _meter = meter;
        _runsStarted = meter.Meter.CreateCounter<long>("dag.runs.started", "{run}", "Runs that were started.");
        _runsFinished = meter.Meter.CreateCounter<long>("dag.runs.finished", "{run}", "Runs that ended: Finished, Faulted or Cancelled.");
        _runDuration = meter.Seconds(
            "dag.run.duration", "From the start of a run to its end, waiting included.", 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400);
        _executions = meter.Meter.CreateCounter<long>("dag.executions", "{execution}", "Activity executions that ended, of control activities too: completed, faulted or cancelled.");
        _attemptsStarted = meter.Meter.CreateCounter<long>("dag.attempts.started", "{attempt}", "Attempts of work activities that this process began.");
        _attemptsFinished = meter.Meter.CreateCounter<long>(
            "dag.attempts.finished", "{attempt}", "Attempts that ended: completed, failed, timed_out, cancelled, returned by a service that stops, or lost with a process.");
        _attemptDuration = meter.Seconds(
            "dag.attempt.duration", "From the beginning of an attempt to its end.", 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600);
        _burstDuration = meter.Seconds(
            "dag.burst.duration", "Deciding what arrivals at a run lead to, before it is stored.", 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5);
    }

    /// <summary>Counts what was decided, once it is stored.</summary>
    public void Count(IReadOnlyList<RunEvent> events, RunState state)
    {
        if (events.Count == 0 || !_executions.Enabled)
        {
            return;
        }

        var (completed, faulted, canceled) = (0, 0, 0);
        for (var i = 0; i < events.Count; i++)
        {
            canceled += RunReport.ChangesOf(events[i])?.Canceled.Length ?? 0;
            switch (events[i])
            {
                case RunStarted started:
                    _runsStarted.Add(1, Tag("workflow", _meter.Label(started.WorkflowName)));
                    break;
                case RunFinished finished:
                    Finished(finished, state);
                    break;
                case ExecutionCompleted:
                    completed++;
                    break;
                case ExecutionFaulted:
                    faulted++;
                    break;
                case ExecutionCanceled:
                    canceled++;
                    break;
            }
        }

        Add("completed", completed);
        Add("faulted", faulted);
        Add("cancelled", canceled);
    }

    /// <summary>Decided for so long.</summary>
    public void Decided(TimeSpan duration) => _burstDuration.Record(duration.TotalSeconds);

    /// <summary>An attempt begins.</summary>
    public void AttemptStarted(string type) => _attemptsStarted.Add(1, Tag("type", type));

    /// <summary>An attempt ended.</summary>
    public void AttemptEnded(string type, string result, TimeSpan duration)
    {
        _attemptsFinished.Add(1, Tag("type", type), Tag("result", result));
        _attemptDuration.Record(duration.TotalSeconds, Tag("type", type), Tag("result", result));
    }

    /// <summary>An attempt was lost with an earlier process.</summary>
    public void AttemptLost(string type) => _attemptsFinished.Add(1, Tag("type", type), Tag("result", "lost"));

    private void Finished(RunFinished finished, RunState state)
    {
        var (workflow, status) = (Tag("workflow", _meter.Label(state.Start!.WorkflowName)), Tag("status", finished.SubStatus.ToString()));
        _runsFinished.Add(1, workflow, status);
        _runDuration.Record((finished.At - state.Start.At).TotalSeconds, workflow, status);
    }

    private void Add(string status, int count)
    {
        if (count > 0)
        {
            _executions.Add(count, Tag("status", status));
        }
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
