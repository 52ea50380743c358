using Dag.Workflows.Graph;
using Dag.Workflows.Scripts;

namespace Dag.Workflows.Runs;

/// <summary>What scripts see and set: the state, with what the step has decided and not yet booked.</summary>
internal sealed partial class Step
{
    private ScriptScope? _scriptScope;
    private Node? _justCompleted;
    private IReadOnlyList<KeyValuePair<string, object?>> _justPutOut = [];

    /// <summary>What scripts find in <c>args</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Arguments { get; set; } = [];

    /// <summary>Variables written in this event so far.</summary>
    public List<VariableWrite> PendingWrites => _changes.Writes;

    public string? CorrelationId => _changes.CorrelationId ?? State.CorrelationId;

    public string? Name => _changes.Name ?? State.Name;

    /// <summary>The last value of an output named Result.</summary>
    public object? LastResult => JustPutOut("Result", out var value) ? value : State.Resolve(State.LastResult);

    /// <summary>Evaluates a script; what it sets is said here.</summary>
    /// <exception cref="ScriptException">It failed, or was stopped; the message says why.</exception>
    public async ValueTask<ScriptResult> RunScriptAsync(Script script, IScriptEngine engine, bool withOutcomes)
    {
        var scope = _scriptScope ??= new ScriptScope(this);
        scope.Enter(script, withOutcomes);
        var result = await engine.EvaluateAsync(script, scope, CancellationToken);
        foreach (var (name, value) in result.Variables)
        {
            Write(scope, name, value);
        }

        _changes.CorrelationId = result.CorrelationId ?? _changes.CorrelationId;
        _changes.Name = result.Name ?? _changes.Name;
        return result;
    }

    /// <summary>What an activity, by id or name, put out last.</summary>
    public object? FindOutput(string activity, string output)
    {
        // Workflows that are used as activities may have the same ids and names: those beside the one that asks go first.
        object? elsewhere = null;
        foreach (var node in State.Graph.Nodes)
        {
            if (node.Id != activity && node.Definition.Name != activity)
            {
                continue;
            }

            if (node == _justCompleted && JustPutOut(output, out var value) || State.FindOutput(node, output, out value))
            {
                if (node.Owner == Node.Owner)
                {
                    return State.Resolve(value);
                }

                elsewhere ??= State.Resolve(value);
            }
        }

        return elsewhere;
    }

    /// <summary>Remembers what the child has put out whose parent reacts now.</summary>
    public void Remember(Node completed, IReadOnlyList<KeyValuePair<string, object?>> outputs)
    {
        _justCompleted = completed;
        _justPutOut = outputs;
    }

    private bool JustPutOut(string output, out object? value)
    {
        value = null;
        if (_justCompleted is null)
        {
            return false;
        }

        foreach (var (name, given) in _justPutOut)
        {
            if (name.Equals(output, StringComparison.OrdinalIgnoreCase))
            {
                value = State.Resolve(given);
                return true;
            }
        }

        return false;
    }

    // A name that is not in scope becomes a variable of the nearest container, as in Elsa.
    private void Write(ScriptScope scope, string name, object? value)
    {
        if (scope.FindVariable(name) is { } known)
        {
            value = ScriptValues.Like(State.Resolve(known.Value), AsDeclared(known.Owner, known.Id, value));
            _changes.Writes.Add(new VariableWrite(known.Owner.Id, known.Id, known.Name, Keep(value)));
            return;
        }

        var container = Execution.Parent ?? Execution;
        while (container.Parent is not null && container.Node.Control is not { ChildrenMember: not null } and not { IsComposite: true })
        {
            container = container.Parent;
        }

        _changes.Writes.Add(new VariableWrite(container.Id, name, name, Keep(value)));
    }
}
