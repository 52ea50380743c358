using Dag.Tests;
using Dag.Workflows.Activities;
using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;
using Dag.Workflows.Tests.Scripts;

namespace Dag.Workflows.Tests.Runs;

/// <summary>
/// Runs a workflow on a burst alone: no store, a clock that stands. The world answers what waits at once, the oldest first: work ends,
/// timers fall due, events come. What it answers follows from the state alone, so a run that is picked up again goes on the same way.
/// </summary>
internal sealed class InMemoryRun
{
    private const int MaxEvents = 50_000;

    private readonly FakeTimeProvider _clock = new();
    private readonly Burst _burst;
    private readonly int _batchSize;

    private InMemoryRun(RunState state, int batchSize)
    {
        State = state;
        _burst = new Burst(state, _clock);
        _batchSize = batchSize;
    }

    public static ActivityCatalog Catalog { get; } = new([typeof(TestWork)]) { Scripts = TestScripts.Engine };

    public RunState State { get; }

    /// <summary>Events as they would be stored: each batch at once or not at all.</summary>
    public List<IReadOnlyList<RunEvent>> Batches { get; } = [];

    public IEnumerable<RunEvent> Events => Batches.SelectMany(b => b);

    public int Bursts { get; private set; } = 1;

    public IReadOnlyList<string> Lines => LinesOf(Events);

    /// <summary>The ids of activities that completed, in order.</summary>
    public IReadOnlyList<string> Completed => CompletedIn(Events, State.Graph);

    public string Status => State.IsFinished ? "Finished" : "Running";

    public static Task<InMemoryRun> RunAsync(string json, IReadOnlyDictionary<string, object?>? input = null, FlowchartMode mode = FlowchartMode.Counter) =>
        RunAsync(Compile(json), input, mode: mode);

    public static WorkflowGraph Compile(string json) => GraphCompiler.Compile(DefinitionReader.Read(json), Catalog);

    /// <summary>Compiles a workflow with those that it uses.</summary>
    public static async Task<WorkflowGraph> CompileAsync(string json, params IEnumerable<string> others)
    {
        var freezer = new WorkflowFreezer(new GivenWorkflows([.. others.Select(DefinitionReader.Read)]), Catalog);
        return (await freezer.FreezeAsync(DefinitionReader.Read(json), TestContext.Current.CancellationToken)).Graph;
    }

    /// <summary>Runs until nothing moves any more.</summary>
    /// <param name="graph">What runs.</param>
    /// <param name="input">The run's input.</param>
    /// <param name="batchSize">After how many events a batch is closed; 1 makes a batch of each step.</param>
    /// <param name="trigger">The id of the trigger activity that started it.</param>
    /// <param name="mode">How its flowcharts join.</param>
    public static async Task<InMemoryRun> RunAsync(
        WorkflowGraph graph, IReadOnlyDictionary<string, object?>? input = null, int batchSize = 1000, string? trigger = null, FlowchartMode mode = FlowchartMode.Counter)
    {
        var run = new InMemoryRun(new RunState("run-1", graph), batchSize);
        run._burst.Start(StartOf(graph, run._clock, input) with { TriggerActivityId = trigger, Mode = mode });
        await run.DrainAsync();
        return await run.GoOnAsync();
    }

    /// <summary>Picks up a run whose history ended here, as after the end of a process.</summary>
    public static async Task<InMemoryRun> ContinueAsync(RunState state, int batchSize = 1)
    {
        var run = new InMemoryRun(state, batchSize);
        run._clock.JumpTo(state.UpdatedAt);
        await run.DrainAsync();
        return await run.GoOnAsync();
    }

    public static RunStarted StartOf(WorkflowGraph graph, TimeProvider clock, IReadOnlyDictionary<string, object?>? input = null) => new()
    {
        At = clock.GetUtcNow(),
        DefinitionId = graph.Definition.DefinitionId,
        DefinitionVersionId = graph.Definition.Id,
        Version = graph.Definition.Version,
        WorkflowName = graph.Definition.Name,
        DefinitionHash = "",
        Input = input ?? new Dictionary<string, object?>(),
    };

    public static IReadOnlyList<string> LinesOf(IEnumerable<RunEvent> events) =>
    [
        .. from e in events
           let changes = ChangesOf(e)
           where changes?.Line is not null
           select changes.Line,
    ];

    public static IReadOnlyList<string> CompletedIn(IEnumerable<RunEvent> events, WorkflowGraph graph)
    {
        var nodes = new Dictionary<long, Node> { [1] = graph.Workflow };
        var completed = new List<string>();
        foreach (var e in events)
        {
            foreach (var scheduled in ChangesOf(e)?.Scheduled ?? [])
            {
                nodes.Add(scheduled.Id, scheduled.Node);
            }

            if (e is ExecutionCompleted done)
            {
                completed.Add(nodes[done.Execution].Id);
            }
        }

        return completed;
    }

    /// <summary>The ids of activities in the order in which they began.</summary>
    public static IEnumerable<string> BegunIn(IEnumerable<RunEvent> events, WorkflowGraph graph)
    {
        var nodes = new Dictionary<long, Node> { [1] = graph.Workflow };
        var begun = new HashSet<long>();
        foreach (var e in events)
        {
            foreach (var scheduled in ChangesOf(e)?.Scheduled ?? [])
            {
                nodes.Add(scheduled.Id, scheduled.Node);
            }

            if (e is ExecutionEvent execution && begun.Add(execution.Execution))
            {
                yield return nodes[execution.Execution].Id;
            }
        }
    }

    public static Changes? ChangesOf(RunEvent e) => e switch
    {
        ExecutionCompleted c => c.Changes,
        ExecutionStarted s => s.Changes,
        ExecutionFaulted f => f.Changes,
        ExecutionFailed f => f.Changes,
        PortEntered p => p.Changes,
        _ => null,
    };

    private async Task<InMemoryRun> GoOnAsync()
    {
        while (!State.IsFinished && Next() is { } next)
        {
            if (next.Status is ExecutionStatus.Waiting)
            {
                Bursts++;
            }

            await AnswerAsync(next);
            await DrainAsync();
        }

        return this;
    }

    // Queued work that would start after a fault is never attempted.
    private Execution? Next() => State.Open
        .Where(e => e.Status is ExecutionStatus.Waiting or ExecutionStatus.WorkRunning or ExecutionStatus.WorkQueued or ExecutionStatus.RetryWaiting)
        .MinBy(e => e.Id);

    private async Task AnswerAsync(Execution execution)
    {
        switch (execution.Status)
        {
            case ExecutionStatus.WorkQueued:
                _burst.StartAttempt(execution);
                break;
            case ExecutionStatus.WorkRunning when execution.LostAttempts < Number(execution, "Losses"):
                await _burst.WorkLostAsync(execution);
                break;
            case ExecutionStatus.WorkRunning when execution.Attempts - execution.LostAttempts <= Number(execution, "Failures"):
                await _burst.WorkFailedAsync(execution.Id, execution.Attempts, new InvalidOperationException($"attempt {execution.Attempts} failed"));
                break;
            case ExecutionStatus.WorkRunning:
                await _burst.WorkCompletedAsync(
                    execution.Id,
                    execution.Attempts,
                    execution.Inputs!.GetValueOrDefault("Ways") is IEnumerable<object?> ways ? [.. ways.Cast<string>()] : null,
                    new Dictionary<string, object?> { ["Result"] = execution.Inputs!.GetValueOrDefault("Value") },
                    execution.Inputs!.GetValueOrDefault("Port") as string);
                break;
            case ExecutionStatus.Waiting when execution.Bookmark!.DueAt is null:
                await _burst.ResumeAsync(execution.Id, new Dictionary<string, object?>());
                break;
            default:
                _clock.JumpTo(execution.Bookmark!.DueAt!.Value);
                await _burst.TimerDueAsync(execution.Id);
                break;
        }
    }

    private static int Number(Execution execution, string input) => execution.Inputs!.GetValueOrDefault(input) as int? ?? 0;

    private async Task DrainAsync()
    {
        while (!await _burst.DrainAsync(_batchSize, CancellationToken.None))
        {
            Take();
        }

        Take();
    }

    private void Take()
    {
        if (_burst.Events.Count > 0)
        {
            Batches.Add([.. _burst.Events]);
            _burst.ClearEvents();
        }

        Assert.True(State.Sequence < MaxEvents, "The run does not end.");
    }
}
