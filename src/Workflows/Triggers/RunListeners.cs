using Dag.Workflows.Activities;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Dag.Workflows.Runs;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Triggers;

/// <summary>
/// The trigger activities in the middle of runs: one listens for each execution that waits, from the commit that let it wait (or from
/// the run's recovery) to the one that ends its waiting. Files and other keys are used once for each workflow and activity, so one
/// arrival wakes one run, or starts one.
/// </summary>
internal sealed class RunListeners(
    ActivityBinder binder, IRunLog log, FiringGates gates, TimeProvider clock, ILogger<RunListeners> logger)
{
    private readonly Dictionary<(string Run, long Execution), Listening> _listening = [];
    private readonly TriggerListener _listener = new(clock, logger);
    private bool _stopped;

    /// <summary>What waits, and why it does not listen at the moment (null while it does).</summary>
    public IReadOnlyList<(string RunId, long Execution, string? Problem)> All
    {
        get
        {
            lock (_listening)
            {
                return [.. _listening.Select(l => (l.Key.Run, l.Key.Execution, l.Value.Problem))];
            }
        }
    }

    /// <summary>Listens for an execution that waits. Called where the run is decided, as it reads the run's state.</summary>
    public void Start(ActiveRun run, Execution execution)
    {
        var key = (run.State.RunId, execution.Id);
        var inputs = ExecutionInputs.Of(run.State, execution);
        var listening = new Listening();
        lock (_listening)
        {
            if (_stopped || !_listening.TryAdd(key, listening))
            {
                return;
            }
        }

        var context = new WaitingRunContext(run, execution.Id, log, gates)
        {
            Scope = LedgerKeys.ScopeOf(run.State.Start!.DefinitionId, execution.Node.Id),
            TimeProvider = clock,
            ProblemSink = problem => listening.Problem = problem,
        };
        var descriptor = execution.Node.Descriptor;
        listening.Task = _listener.ListenAsync(() => (TriggerActivity)binder.Create(descriptor, inputs), context, listening.Ended.Token);
    }

    /// <summary>Ends the listening of an execution, if there is one.</summary>
    public void Stop(string runId, long execution)
    {
        lock (_listening)
        {
            if (_listening.Remove((runId, execution), out var listening))
            {
                listening.Ended.Cancel();
            }
        }
    }

    /// <summary>Ends all listening of a run.</summary>
    public void StopAll(string runId)
    {
        lock (_listening)
        {
            foreach (var key in _listening.Keys.Where(k => k.Run == runId).ToArray())
            {
                Stop(key.Run, key.Execution);
            }
        }
    }

    /// <summary>Ends all listening, for good, and waits for it.</summary>
    public async Task StopAsync()
    {
        Listening[] all;
        lock (_listening)
        {
            _stopped = true;
            all = [.. _listening.Values];
            _listening.Clear();
        }

        foreach (var listening in all)
        {
            await listening.Ended.CancelAsync();
        }

        await Task.WhenAll(all.Select(l => l.Task));
    }

    private sealed class Listening
    {
        public CancellationTokenSource Ended { get; } = new();

        public Task Task { get; set; } = Task.CompletedTask;

        public string? Problem { get; set; }
    }
}
