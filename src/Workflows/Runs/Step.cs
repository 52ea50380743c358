using Dag.Workflows.Activities;
using Dag.Workflows.Composition;
using Dag.Workflows.Expressions;
using Dag.Workflows.Graph;
using Dag.Workflows.Hooks;
using Dag.Workflows.Values;

namespace Dag.Workflows.Runs;

/// <summary>
/// What a control activity sees and says while it decides. One step serves a whole burst: first the execution whose turn it is acts,
/// then, when it has completed, its parent reacts within the same event.
/// </summary>
internal sealed partial class Step(RunState state, TimeProvider clock)
{
    private readonly object?[] _values = new object?[Math.Max(1, state.Graph.MaxInputs)];
    private readonly ChangesBuilder _changes = new();
    private readonly List<KeyValuePair<string, object?>> _inputs = [];
    private readonly List<KeyValuePair<string, object?>> _outputs = [];

    public RunState State { get; } = state;

    /// <summary>Who acts.</summary>
    public Execution Execution { get; private set; } = null!;

    public Node Node => Execution.Node;

    public CancellationToken CancellationToken { get; private set; }

    public bool IsCompleted { get; private set; }

    /// <summary>Whether who acts is over because something in it has failed.</summary>
    public bool HasFailed { get; private set; }

    public IReadOnlyList<string>? Outcomes { get; private set; }

    public Bookmark? Bookmark { get; private set; }

    /// <summary>The composite to complete when the activity's own completion has had its effects; null when none.</summary>
    public Execution? CompositeToComplete { get; private set; }

    /// <summary>Whether nobody reacts to the activity's completion: it ends the run, or completing a composite takes the loops between away.</summary>
    public bool CutsReaction { get; private set; }

    /// <summary>Who waits for the run's answer; null when nobody does.</summary>
    public HookCaller? Caller { get; set; }

    /// <summary>The inputs of who acts as they are kept: those that the definition gives, secrets as references only.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> GivenInputs => _inputs;

    public DateTimeOffset Now => clock.GetUtcNow();

    public bool HasScheduled => _changes.Scheduled.Count > 0;

    /// <summary>Whether a break passes through who acts: by this event, or by an earlier one.</summary>
    public bool IsBreaking => Execution.IsBreaking || _changes.Breaking.Contains(Execution.Id);

    /// <summary>Begins with an execution whose turn it is.</summary>
    public void Begin(Execution execution, CancellationToken cancellationToken)
    {
        CancellationToken = cancellationToken;
        _changes.Clear();
        _inputs.Clear();
        _late.Clear();
        CompositeToComplete = null;
        CutsReaction = false;
        _justCompleted = null;
        Turn(execution);
    }

    /// <summary>Lets another execution act within the same event.</summary>
    public void Turn(Execution execution)
    {
        Execution = execution;
        IsCompleted = HasFailed = Lingers = false;
        Outcomes = null;
        Bookmark = null;
        _outputs.Clear();
    }

    /// <summary>Evaluates the inputs that are evaluated before the activity runs.</summary>
    public async ValueTask EvaluateInputsAsync()
    {
        var descriptors = Node.Descriptor.Inputs;
        for (var i = 0; i < descriptors.Count; i++)
        {
            var expression = i < Node.Inputs.Length ? Node.Inputs[i] : null;
            if (expression is null || !descriptors[i].AutoEvaluate)
            {
                _values[i] = descriptors[i].DefaultValue;
                continue;
            }

            _values[i] = await EvaluateAsync(expression, descriptors[i].Name);
            if (!descriptors[i].Sensitive || expression.IsScript || _values[i] is string text && text.StartsWith("secret:", StringComparison.Ordinal))
            {
                _inputs.Add(new(descriptors[i].Name, Keep(_values[i])));
            }
        }
    }

    /// <summary>An input's value.</summary>
    public T? Get<T>(ControlInput<T> input) => (T?)_values[input.Ordinal];

    /// <summary>The value of an input that only its descriptor knows.</summary>
    public object? InputValue(int ordinal) => _values[ordinal];

    /// <summary>A bare member, which has no expression.</summary>
    public T? BareInput<T>(ControlInput<T> input) =>
        Node.Inputs[input.Ordinal] is { } expression ? (T?)expression.Evaluate(State, Execution) : input.Default;

    /// <summary>Evaluates an input now.</summary>
    public async ValueTask<T?> EvaluateAsync<T>(ControlInput<T> input) =>
        Node.Inputs[input.Ordinal] is { } expression ? (T?)await EvaluateAsync(expression, input.Descriptor.Name) : input.Default;

    /// <summary>Evaluates an expression in the scope of who acts.</summary>
    /// <exception cref="InputEvaluationException">It has no value.</exception>
    public async ValueTask<object?> EvaluateAsync(Expression expression, string inputName)
    {
        try
        {
            return await EvaluateAsync(expression);
        }
        catch (ExpressionException e)
        {
            throw new InputEvaluationException(inputName, e);
        }
    }

    /// <summary>Evaluates an expression in the scope of who acts, with what has been written in the same event.</summary>
    /// <exception cref="ExpressionException">It has no value.</exception>
    public ValueTask<object?> EvaluateAsync(Expression expression) => expression switch
    {
        { IsScript: true } or DictionaryExpression => expression.EvaluateAsync(this),
        VariableExpression variable when _changes.Writes.Count > 0 => ValueTask.FromResult(variable.Evaluate(State, Execution, _changes.Writes)),
        _ => ValueTask.FromResult(expression.Evaluate(State, Execution)),
    };

    /// <summary>Completes who acts.</summary>
    /// <param name="outcomes">The outcomes; null is the plain completion.</param>
    public void Complete(IReadOnlyList<string>? outcomes = null)
    {
        IsCompleted = true;
        Outcomes = outcomes;
    }

    /// <summary>Who acts fails, without an incident of its own: something in it has failed.</summary>
    public void Fail() => End(failed: true);

    /// <summary>Completes who acts, or fails it.</summary>
    public void End(bool failed)
    {
        Complete();
        HasFailed = failed;
    }

    /// <summary>Waits: who acts completes when the bookmark is resumed.</summary>
    public void Wait(Bookmark bookmark) => Bookmark = bookmark;

    /// <summary>Queues a child of who acts.</summary>
    public void Schedule(Node node, bool byBackwardEdge = false, params KeyValuePair<string, object?>[] variables)
    {
        for (var i = 0; i < variables.Length; i++)
        {
            variables[i] = new(variables[i].Key, Keep(variables[i].Value));
        }

        Schedule(node, Execution.Id, byBackwardEdge, variables);
    }

    /// <summary>Makes room for so many that are about to be queued.</summary>
    public void ExpectScheduled(int count) => _changes.Scheduled.Expect(count);

    /// <summary>Moves a loop, sequence or parallel container on.</summary>
    public void SetIndex(long index, object? items = null)
    {
        _changes.IndexOwner = Execution.Id;
        _changes.Index = index;
        _changes.Items = items is null ? null : Keep(items);
    }

    /// <summary>Declares the variables of who acts, with their initial values.</summary>
    public void DeclareVariables()
    {
        foreach (var variable in Node.Variables)
        {
            DeclareVariable(variable, variable.Initial);
        }
    }

    /// <summary>Declares a variable of who acts, with this value.</summary>
    public void DeclareVariable(DeclaredVariable variable, object? value) =>
        _changes.Writes.Add(new VariableWrite(Execution.Id, variable.Id, variable.Name, Keep(value)));

    /// <summary>Counts down the children that who acts waits for, and ends it after the last: failed, if one of them has failed.</summary>
    public void CountDown(bool failed = false)
    {
        var left = Execution.Index - 1;
        SetIndex(left);
        if (left == 0)
        {
            End(failed || Execution.HasFailures);
        }
    }

    /// <summary>Queues an embedded activity; an empty port completes who acts.</summary>
    public void ScheduleOrComplete(Node? node, params KeyValuePair<string, object?>[] variables)
    {
        if (node is null)
        {
            Complete();
        }
        else
        {
            Schedule(node, variables: variables);
        }
    }

    /// <summary>Sets a variable in scope; the value is converted to its type.</summary>
    public void SetVariable(string id, object? value)
    {
        for (var scope = Execution; scope is not null; scope = scope.Parent)
        {
            if (scope.OwnVariable(id) is { } slot)
            {
                _changes.Writes.Add(WriteTo(scope, slot, value));
                return;
            }
        }

        throw new InvalidOperationException($"Variable '{id}' not found.");
    }

    /// <summary>Gives an output of who acts a value: it is recorded, and goes to the variable or workflow output that it is bound to.</summary>
    public void SetOutput(string name, object? value)
    {
        value = Keep(value);
        _outputs.Add(new(name, value));
        var outputs = Node.Descriptor.Outputs;
        for (var i = 0; i < outputs.Count && i < Node.OutputTargets.Length; i++)
        {
            if (Node.OutputTargets[i] is { } target && outputs[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                Bind(target, value);
            }
        }
    }

    /// <summary>Gives an output of the nearest workflow used as an activity that has it, else of the run, a value.</summary>
    public void SetWorkflowOutput(string name, object? value)
    {
        for (var owner = Execution.Parent; owner is not null; owner = owner.Parent)
        {
            if (owner.Node.Control is WorkflowAsActivity && owner.Node.Descriptor.Outputs.Any(o => o.Name == name) && owner.OwnVariable(name) is { } slot)
            {
                _changes.Writes.Add(WriteTo(owner, slot, value));
                return;
            }
        }

        _changes.RunOutputs.Add(new(name, Keep(value)));
    }

    /// <summary>Does something outside the run, once, after what is decided now is stored.</summary>
    public void Send(Outgoing outgoing) => _changes.Outgoing.Add(outgoing);

    /// <summary>Starts a run of another workflow, after what is decided now is stored.</summary>
    /// <returns>Its id.</returns>
    public string StartChild(string versionId, IReadOnlyList<KeyValuePair<string, object?>> input, string? correlationId, ChildReports reports)
    {
        var id = ChildStart.IdOf(State.RunId, State.Generation, Execution.Id, _changes.Outgoing.Count);
        Send(new ChildStart { RunId = id, DefinitionVersionId = versionId, Input = input, CorrelationId = correlationId, Reports = reports });
        return id;
    }

    public void WriteLine(string line) => _changes.Line = line;

    public void SetName(string? name) => _changes.Name = name;

    public void SetCorrelationId(string? id) => _changes.CorrelationId = id;

    /// <summary>Ends the run here and now: nobody reacts any more.</summary>
    public void EndRun()
    {
        _changes.EndsRun = true;
        CutsReaction = true;
    }

    /// <summary>Breaks the loop that who acts is in, and the containers on the way.</summary>
    public void Break()
    {
        for (var ancestor = Execution.Parent; ancestor is not null; ancestor = ancestor.Parent)
        {
            var role = ancestor.Node.Control?.LoopRole ?? LoopRole.None;
            if (role != LoopRole.None && ancestor.IsOpen)
            {
                _changes.Breaking.Add(ancestor.Id);
            }

            if (role == LoopRole.Ends)
            {
                return;
            }
        }
    }

    /// <summary>Completes the nearest composite that who acts is in with these outcomes.</summary>
    public void CompleteComposite(string[] outcomes)
    {
        for (var ancestor = Execution.Parent; ancestor is { IsOpen: true }; ancestor = ancestor.Parent)
        {
            CutsReaction |= ancestor.Node.Control?.LoopRole == LoopRole.Ends;
            if (ancestor.Node.Control?.IsComposite == true)
            {
                _changes.Composite = ancestor.Id;
                _changes.CompositeOutcomes = outcomes;
                CompositeToComplete = ancestor;
                return;
            }
        }
    }

    /// <summary>Cancels an execution with everything open below it; what is queued there still runs.</summary>
    public void Cancel(Execution execution)
    {
        CancelChildrenOf(execution);
        _changes.Canceled.Add(execution.Id);
    }

    /// <summary>Cancels all begun children of an execution.</summary>
    public void CancelChildrenOf(Execution execution)
    {
        for (var child = execution.FirstChild; child is not null; child = child.NextSibling)
        {
            if (child.Status != ExecutionStatus.Pending)
            {
                Cancel(child);
            }
        }
    }

    /// <summary>The changes said so far, which are then forgotten.</summary>
    public Changes? TakeChanges() => _changes.Take();

    public IReadOnlyList<KeyValuePair<string, object?>> TakeInputs() => Take(_inputs);

    public IReadOnlyList<KeyValuePair<string, object?>> TakeOutputs() => Take(_outputs);

    // Outwards from the parent: what an activity declares is for those in it.
    private void Bind(string target, object? value)
    {
        for (var scope = Execution.Parent; scope is not null; scope = scope.Parent)
        {
            if (scope.OwnVariable(target) is { } slot)
            {
                _changes.Writes.Add(WriteTo(scope, slot, value));
                return;
            }
        }

        _changes.RunOutputs.Add(new(target, value));
    }

    /// <summary>The value, or a reference to it when it is too large for an event.</summary>
    public object? Keep(object? value) => State.Values.Keep(ValueConverter.Normalize(value));

    private VariableWrite WriteTo(Execution scope, VariableSlot slot, object? value)
    {
        try
        {
            // What was kept apart already, and needs no other type, is not kept apart again.
            var plain = State.Resolve(value);
            var declared = AsDeclared(scope, slot.Id, plain);
            return new VariableWrite(scope.Id, slot.Id, slot.Name, ReferenceEquals(declared, plain) ? Keep(value) : Keep(declared));
        }
        catch (ExpressionException e)
        {
            throw new ActivityException($"Variable {e.Message}", e) { Retryable = false };
        }
    }

    // A declared variable keeps its type, as in Elsa: what it is given becomes of that type.
    private static object? AsDeclared(Execution scope, string id, object? value)
    {
        var declared = scope.Node.Variables;
        for (var i = 0; value is not null && i < declared.Count; i++)
        {
            if (declared[i].Id == id)
            {
                return VariableExpression.ConvertOrFail(value, declared[i].Type, declared[i].Name);
            }
        }

        return value;
    }

    private static KeyValuePair<string, object?>[] Take(List<KeyValuePair<string, object?>> list)
    {
        if (list.Count == 0)
        {
            return [];
        }

        var taken = list.ToArray();
        list.Clear();
        return taken;
    }
}

/// <summary>An input of an activity that could not be evaluated. The message is Elsa's.</summary>
internal sealed class InputEvaluationException(string inputName, Exception innerException)
    : Exception($"Failed to evaluate activity input '{inputName}'", innerException);
