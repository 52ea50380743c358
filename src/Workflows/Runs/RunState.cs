using Dag.Workflows.Graph;
using Dag.Workflows.Values;

namespace Dag.Workflows.Runs;

/// <summary>
/// A run as its events say. <see cref="Apply"/> is a pure fold: it books what was decided, in place, and never plans, evaluates, asks the
/// clock or makes ids. It holds open executions and counters only, so its size follows what is open, not what has been.
/// </summary>
internal sealed partial class RunState(string runId, WorkflowGraph graph)
{
    private readonly ExecutionTable _open = new();
    private readonly Dictionary<long, Execution> _lingering = [];
    private readonly Queue<Execution> _ready = new();
    private readonly LinkedList<Execution> _queuedWork = new();
    private readonly List<Incident> _incidents = [];
    private readonly Dictionary<string, object?> _outputs = [];
    private RunSubStatus? _end;

    public string RunId { get; } = runId;

    /// <summary>Keeps large values out of events.</summary>
    public ValueKeeper Values { get; } = new();

    public WorkflowGraph Graph { get; } = graph;

    /// <summary>Events folded so far.</summary>
    public long Sequence { get; private set; }

    public RunStarted? Start { get; private set; }

    /// <summary>How the run stands; of an open run it follows from what is queued and in flight.</summary>
    public RunSubStatus SubStatus =>
        _end ?? (Start is null ? RunSubStatus.Pending : _ready.Count > 0 || OpenWork > 0 || BusyExecutions > 0 ? RunSubStatus.Executing : RunSubStatus.Suspended);

    public DateTimeOffset UpdatedAt { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    public string? Name { get; private set; }

    public string? CorrelationId { get; private set; }

    public int Generation { get; private set; }

    /// <summary>The id that the next execution gets.</summary>
    public long NextExecutionId { get; private set; } = 1;

    /// <summary>A fault has ended the run; it starts nothing new and waits for work in flight.</summary>
    public bool IsFaulting { get; private set; }

    /// <summary>The workflow itself is over because something in it has failed.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>A Finish activity has ended the run.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>Executions of work that are queued, in flight or between attempts.</summary>
    public int OpenWork { get; private set; }

    /// <summary>Executions whose child runs have neither waited nor ended yet.</summary>
    public int BusyExecutions { get; private set; }

    /// <summary>Attempts in flight.</summary>
    public int WorkInFlight { get; private set; }

    /// <summary>Work that waits for a slot.</summary>
    public int QueuedWorkCount => _queuedWork.Count;

    public IReadOnlyList<Incident> Incidents => _incidents;

    public IReadOnlyDictionary<string, object?> Outputs => _outputs;

    public IReadOnlyCollection<Execution> Open => _open;

    public bool IsFinished => _end is not null;

    /// <summary>The execution whose turn it is; null when the burst is over.</summary>
    public Execution? NextReady => _ready.TryPeek(out var next) ? next : null;

    public Execution? Find(long id) => _open.Find(id);

    /// <summary>Work that waits for a slot, so many at the most, in the order in which it was queued.</summary>
    public IReadOnlyList<Execution> QueuedWork(int count) => [.. _queuedWork.Take(count)];

    public object? FindInput(string name)
    {
        foreach (var (key, value) in Start!.Input)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The value behind a reference to a blob; other values are themselves.</summary>
    public object? Resolve(object? value) => value is BlobReference blob ? blob.Value : value;

    // The open executions, and the closed ones whose variables they still see.
    private HashSet<Execution> Held()
    {
        var held = new HashSet<Execution>(_open.Count);
        foreach (var open in _open)
        {
            for (var execution = open; execution is not null && held.Add(execution); execution = execution.Parent)
            {
            }
        }

        return held;
    }

    /// <summary>The references to blobs that open executions and outputs hold.</summary>
    public IEnumerable<BlobReference> References() =>
        Held().SelectMany(e => e.Variables.Select(v => v.Value).Append(e.Items).Concat(e.Inputs?.Values ?? []))
            .Concat(_outputs.Values).Concat(KeptOutputs()).Concat(Start?.Input.Values ?? []).Concat(Start?.TriggerOutputs?.Values ?? [])
            .OfType<BlobReference>();
}
