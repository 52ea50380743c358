using Dag.Workflows.Flowcharts;
using Dag.Workflows.Graph;

namespace Dag.Workflows.Runs;

/// <summary>
/// An open activity execution. Changed by the fold only. A run may hold very many that are queued, so what only containers, work and waiting
/// ones have lies apart.
/// </summary>
internal sealed class Execution(long id, Node node, Execution? parent)
{
    private List<VariableSlot>? _variables;
    private Rest? _rest;

    public long Id { get; } = id;

    public Node Node { get; } = node;

    public Execution? Parent { get; } = parent;

    public ExecutionStatus Status { get; set; }

    /// <summary>Whether a backward connection scheduled it: its completion is then no visit of its own.</summary>
    public bool ByBackwardEdge { get; init; }

    /// <summary>Whether a break passed through it.</summary>
    public bool IsBreaking { get; set; }

    /// <summary>Whether a container that it is in is over.</summary>
    public bool IsOrphaned { get; set; }

    /// <summary>Whether that container was cancelled: then nobody waits for what is still queued.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>Whether, though it has completed, it goes on: a flowchart whose race was decided when nothing else was open.</summary>
    public bool Lingers { get; set; }

    /// <summary>Whether something in it has failed that nothing in it takes up.</summary>
    public bool HasFailures => Flow is null ? FailedChildren > 0 : Flow.Failures > 0;

    /// <summary>Children that are open, the queued and the faulted ones included.</summary>
    public int OpenChildren
    {
        get => _rest?.OpenChildren ?? 0;
        set => Own(value != 0)?.OpenChildren = value;
    }

    public int FaultedChildren
    {
        get => _rest?.FaultedChildren ?? 0;
        set => Own(value != 0)?.FaultedChildren = value;
    }

    /// <summary>Children that have failed and are over.</summary>
    public int FailedChildren
    {
        get => _rest?.FailedChildren ?? 0;
        set => Own(value != 0)?.FailedChildren = value;
    }

    /// <summary>Queued executions below it whose own container has completed; they still run.</summary>
    public int QueuedOrphans
    {
        get => _rest?.QueuedOrphans ?? 0;
        set => Own(value != 0)?.QueuedOrphans = value;
    }

    /// <summary>How far a loop or sequence is, or how many children a parallel one still waits for.</summary>
    public long Index
    {
        get => _rest?.Index ?? 0;
        set => Own(value != 0)?.Index = value;
    }

    /// <summary>The items of a loop, as they were when it began.</summary>
    public object? Items
    {
        get => _rest?.Items;
        set => Own(value is not null)?.Items = value;
    }

    /// <summary>How far a flowchart is.</summary>
    public FlowProgress? Flow
    {
        get => _rest?.Flow;
        set => Own(value is not null)?.Flow = value;
    }

    /// <summary>Runs that it has started and waits for, those that are over included.</summary>
    public int ChildRuns { get; set; }

    /// <summary>Whether a run that it has started has neither waited nor ended yet.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Attempts started.</summary>
    public int Attempts
    {
        get => _rest?.Attempts ?? 0;
        set => Own(value != 0)?.Attempts = value;
    }

    /// <summary>Attempts that were lost with their process.</summary>
    public int LostAttempts
    {
        get => _rest?.LostAttempts ?? 0;
        set => Own(value != 0)?.LostAttempts = value;
    }

    /// <summary>What it was started with, for work and for triggers that it waits for: every attempt gets the same.</summary>
    public IReadOnlyDictionary<string, object?>? Inputs
    {
        get => _rest?.Inputs;
        set => Own(value is not null)?.Inputs = value;
    }

    /// <summary>What it waits for.</summary>
    public Bookmark? Bookmark
    {
        get => _rest?.Bookmark;
        set => Own(value is not null)?.Bookmark = value;
    }

    /// <summary>Its place in the queue of work.</summary>
    public LinkedListNode<Execution>? QueueNode
    {
        get => _rest?.QueueNode;
        set => Own(value is not null)?.QueueNode = value;
    }

    /// <summary>When it, or its first attempt, began.</summary>
    public DateTimeOffset? StartedAt
    {
        get => _rest?.StartedAt;
        set => Own(value is not null)?.StartedAt = value;
    }

    /// <summary>Outcomes that a Complete activity has set for this composite.</summary>
    public IReadOnlyList<string>? CompositeOutcomes
    {
        get => _rest?.CompositeOutcomes;
        set => Own(value is not null)?.CompositeOutcomes = value;
    }

    public Execution? FirstChild
    {
        get => _rest?.FirstChild;
        private set => Own(value is not null)?.FirstChild = value;
    }

    public Execution? NextSibling { get; private set; }

    private Execution? LastChild
    {
        get => _rest?.LastChild;
        set => Own(value is not null)?.LastChild = value;
    }

    private Execution? PreviousSibling { get; set; }

    public bool IsOpen => Status != ExecutionStatus.Closed;

    public IReadOnlyList<VariableSlot> Variables => _variables ?? (IReadOnlyList<VariableSlot>)[];

    public void Declare(VariableSlot variable) => (_variables ??= new List<VariableSlot>(2)).Add(variable);

    public VariableSlot? FindVariable(string id)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.OwnVariable(id) is { } variable)
            {
                return variable;
            }
        }

        return null;
    }

    public VariableSlot? OwnVariable(string id) => _variables?.Find(v => v.Id == id);

    /// <summary>Inner scopes hide outer ones of the same name.</summary>
    public VariableSlot? FindVariableByName(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._variables?.Find(v => v.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } variable)
            {
                return variable;
            }
        }

        return null;
    }

    public void AddChild(Execution child)
    {
        child.PreviousSibling = LastChild;
        if (LastChild is null)
        {
            FirstChild = child;
        }
        else
        {
            LastChild.NextSibling = child;
        }

        LastChild = child;
        OpenChildren++;
    }

    public void RemoveChild(Execution child)
    {
        if (child.PreviousSibling is null)
        {
            FirstChild = child.NextSibling;
        }
        else
        {
            child.PreviousSibling.NextSibling = child.NextSibling;
        }

        if (child.NextSibling is null)
        {
            LastChild = child.PreviousSibling;
        }
        else
        {
            child.NextSibling.PreviousSibling = child.PreviousSibling;
        }

        child.PreviousSibling = child.NextSibling = null;
        OpenChildren--;
        if (child.Status == ExecutionStatus.Faulted)
        {
            FaultedChildren--;
        }
    }

    public override string ToString() => $"{Id} {Node} {Status}";

    private Rest? Own(bool isNeeded) => isNeeded ? _rest ??= new Rest() : _rest;

    private sealed class Rest
    {
        public Execution? FirstChild { get; set; }

        public Execution? LastChild { get; set; }

        public int OpenChildren { get; set; }

        public int FaultedChildren { get; set; }

        public int FailedChildren { get; set; }

        public int QueuedOrphans { get; set; }

        public long Index { get; set; }

        public object? Items { get; set; }

        public FlowProgress? Flow { get; set; }

        public int Attempts { get; set; }

        public int LostAttempts { get; set; }

        public IReadOnlyDictionary<string, object?>? Inputs { get; set; }

        public Bookmark? Bookmark { get; set; }

        public LinkedListNode<Execution>? QueueNode { get; set; }

        public DateTimeOffset? StartedAt { get; set; }

        public IReadOnlyList<string>? CompositeOutcomes { get; set; }
    }
}

/// <summary>A variable of a scope, with its value.</summary>
internal sealed class VariableSlot(string id, string name, object? value)
{
    public string Id { get; } = id;

    public string Name { get; } = name;

    public object? Value { get; set; } = value;
}

/// <summary>What an execution waits for.</summary>
/// <param name="Stimulus">What wakes it, such as <c>Delay</c> or <c>Event:OrderPaid</c>.</param>
/// <param name="DueAt">When a timer wakes it; null for one that somebody must.</param>
internal sealed record Bookmark(string Stimulus, DateTimeOffset? DueAt)
{
    private const string TriggerPrefix = "Trigger:";

    /// <summary>Whether a trigger activity listens for as long as the execution waits.</summary>
    public bool IsListening => Stimulus.StartsWith(TriggerPrefix, StringComparison.Ordinal);

    /// <summary>Waits for the first firing of a trigger activity.</summary>
    public static Bookmark ForTrigger(string activityType) => new(TriggerPrefix + activityType, null);
}
