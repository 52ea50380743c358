using Dag.Workflows.Runs;
using Dag.Workflows.Values;

namespace Dag.Workflows.Expressions;

/// <summary>The value of a variable in scope, found by id, else by name.</summary>
internal sealed class VariableExpression(string id, string? name, Type type) : Expression
{
    public override object? Evaluate(RunState state, Execution scope) => Evaluate(state, scope, []);

    /// <summary>The value with what has been written in the same event and is not booked yet.</summary>
    public object? Evaluate(RunState state, Execution scope, IReadOnlyList<VariableWrite> pending)
    {
        var value = Pending(scope, pending, out var found);
        if (!found)
        {
            var variable = scope.FindVariable(id) ?? scope.FindVariableByName(name ?? id)
                ?? throw new ExpressionException($"Variable '{name ?? id}' is not in scope.");
            value = variable.Value;
        }

        return ConvertOrFail(state.Resolve(value), type, name ?? id);
    }

    private object? Pending(Execution scope, IReadOnlyList<VariableWrite> pending, out bool found)
    {
        for (var owner = pending.Count == 0 ? null : scope; owner is not null; owner = owner.Parent)
        {
            for (var i = pending.Count - 1; i >= 0; i--)
            {
                if (pending[i].Scope == owner.Id && pending[i].Id == id)
                {
                    found = true;
                    return pending[i].Value;
                }
            }
        }

        found = false;
        return null;
    }

    internal static object? ConvertOrFail(object? value, Type type, string name)
    {
        try
        {
            return ValueConverter.Convert(value, type);
        }
        catch (FormatException e)
        {
            throw new ExpressionException($"'{name}': {e.Message}", e);
        }
    }
}
