using Dag.Workflows.Expressions;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Running;

/// <summary>What an activity class gets as its inputs in a run.</summary>
internal static class ExecutionInputs
{
    /// <summary>What the execution began with; sensitive inputs are in no event, so they are read from the definition anew.</summary>
    public static Dictionary<string, object?> Of(RunState state, Execution execution)
    {
        var inputs = new Dictionary<string, object?>();
        foreach (var (name, value) in execution.Inputs!)
        {
            inputs[name] = state.Resolve(value);
        }

        var descriptors = execution.Node.Descriptor.Inputs;
        for (var i = 0; i < descriptors.Count; i++)
        {
            if (descriptors[i].Sensitive && !inputs.ContainsKey(descriptors[i].Name) && execution.Node.Inputs[i] is { } expression)
            {
                inputs[descriptors[i].Name] = Evaluate(expression, state, execution);
            }
        }

        return inputs;
    }

    /// <summary>The variables in scope; inner ones hide outer ones of the same name.</summary>
    public static Dictionary<string, object?> VariablesOf(RunState state, Execution execution)
    {
        var variables = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        for (var scope = execution; scope is not null; scope = scope.Parent)
        {
            foreach (var variable in scope.Variables)
            {
                variables.TryAdd(variable.Name, state.Resolve(variable.Value));
            }
        }

        return variables;
    }

    private static object? Evaluate(Expression expression, RunState state, Execution execution)
    {
        try
        {
            return expression.Evaluate(state, execution);
        }
        catch (ExpressionException)
        {
            return null;
        }
    }
}
