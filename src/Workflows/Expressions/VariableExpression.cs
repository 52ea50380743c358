using Dag.Workflows.Runs;
using Dag.Workflows.Values;

namespace Dag.Workflows.Expressions;

/// <summary>The value of a variable in scope, found by id, else by name.</summary>
internal sealed class VariableExpression(string id, string? name, Type type) : Expression
{
    public override object? Evaluate(RunState state, Execution scope)
    {
        var variable = scope.FindVariable(id) ?? scope.FindVariableByName(name ?? id)
            ?? throw new ExpressionException($"Variable '{name ?? id}' is not in scope.");
        return ConvertOrFail(state.Resolve(variable.Value), type, name ?? id);
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
