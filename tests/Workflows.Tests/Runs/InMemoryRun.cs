using Dag.Tests;
using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Tests.Runs;

/// <summary>Runs a workflow on a burst alone: no store, a clock that stands, timers and events answered at once.</summary>
internal sealed class InMemoryRun
{
    private InMemoryRun(RunState state, List<RunEvent> events)
    {
        State = state;
        Events = events;
    }

    public RunState State { get; }

    public List<RunEvent> Events { get; }

    public int Bursts { get; private set; } = 1;

    public IReadOnlyList<string> Lines =>
    [
        .. from e in Events
           let changes = e switch { ExecutionCompleted c => c.Changes, ExecutionStarted s => s.Changes, ExecutionFaulted f => f.Changes, _ => null }
           where changes?.Line is not null
           select changes.Line,
    ];

    public string Status => State.IsFinished ? "Finished" : "Running";

    public static Task<InMemoryRun> RunAsync(string json, IReadOnlyDictionary<string, object?>? input = null) =>
        RunAsync(GraphCompiler.Compile(DefinitionReader.Read(json), Catalog), input);

    public static ActivityCatalog Catalog { get; } = new([]);

    public static async Task<InMemoryRun> RunAsync(WorkflowGraph graph, IReadOnlyDictionary<string, object?>? input = null)
    {
        var clock = new FakeTimeProvider();
        var state = new RunState("run-1", graph);
        var burst = new Burst(state, clock);
        var run = new InMemoryRun(state, []);
        burst.Start(StartOf(graph, clock, input));
        await run.DrainAsync(burst);
        while (!state.IsFinished && state.Open.FirstOrDefault(e => e.Status == ExecutionStatus.Waiting) is { } waiting)
        {
            run.Bursts++;
            if (waiting.Bookmark!.DueAt is { } due)
            {
                clock.JumpTo(due);
                await burst.TimerDueAsync(waiting.Id);
            }
            else
            {
                await burst.ResumeAsync(waiting.Id, new Dictionary<string, object?>());
            }

            await run.DrainAsync(burst);
        }

        return run;
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

    private async Task DrainAsync(Burst burst)
    {
        while (!await burst.DrainAsync(1000, CancellationToken.None))
        {
            Take(burst);
        }

        Take(burst);
    }

    private void Take(Burst burst)
    {
        Events.AddRange(burst.Events);
        burst.ClearEvents();
    }
}
