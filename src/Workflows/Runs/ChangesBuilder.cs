namespace Dag.Workflows.Runs;

/// <summary>Collects the changes of one event; reused, so that an activity without changes allocates none.</summary>
internal sealed class ChangesBuilder
{
    public Gathering<ScheduledExecution> Scheduled { get; } = new();

    public List<ScheduledExecution> UpstreamFailed { get; } = [];

    public List<VariableWrite> Writes { get; } = [];

    public int[] Visits { get; set; } = [];

    public int[] Tokens { get; set; } = [];

    public List<long> Canceled { get; } = [];

    public List<long> Breaking { get; } = [];

    public List<KeyValuePair<string, object?>> RunOutputs { get; } = [];

    public List<Outgoing> Outgoing { get; } = [];

    public long FlowOwner { get; set; }

    public long IndexOwner { get; set; }

    public long Index { get; set; }

    public object? Items { get; set; }

    public long Composite { get; set; }

    public string[]? CompositeOutcomes { get; set; }

    public string? Line { get; set; }

    public string? Name { get; set; }

    public string? CorrelationId { get; set; }

    public bool EndsRun { get; set; }

    public Changes? Take()
    {
        if (IsEmpty)
        {
            return null;
        }

        var changes = new Changes
        {
            Scheduled = Scheduled.Take(),
            UpstreamFailed = ToArray(UpstreamFailed),
            Writes = ToArray(Writes),
            FlowOwner = FlowOwner,
            Visits = Visits,
            Tokens = Tokens,
            Canceled = ToArray(Canceled),
            Breaking = ToArray(Breaking),
            IndexOwner = IndexOwner,
            Index = Index,
            Items = Items,
            Composite = Composite,
            CompositeOutcomes = CompositeOutcomes,
            Line = Line,
            Name = Name,
            CorrelationId = CorrelationId,
            RunOutputs = ToArray(RunOutputs),
            Outgoing = ToArray(Outgoing),
            EndsRun = EndsRun,
        };
        Clear();
        return changes;
    }

    public void Clear()
    {
        Scheduled.Clear();
        UpstreamFailed.Clear();
        Writes.Clear();
        Visits = Tokens = [];
        Canceled.Clear();
        Breaking.Clear();
        RunOutputs.Clear();
        Outgoing.Clear();
        FlowOwner = IndexOwner = Index = Composite = 0;
        Items = null;
        CompositeOutcomes = null;
        Line = Name = CorrelationId = null;
        EndsRun = false;
    }

    private bool IsEmpty =>
        Scheduled.Count == 0 && Writes.Count == 0 && FlowOwner == 0 && Canceled.Count == 0 && Breaking.Count == 0 && IndexOwner == 0
        && Composite == 0 && Line is null && Name is null && CorrelationId is null && RunOutputs.Count == 0 && Outgoing.Count == 0 && !EndsRun;

    private static T[] ToArray<T>(List<T> list) => list.Count == 0 ? [] : list.ToArray();
}
