using Dag.Workflows.Runs;

namespace Dag.Workflows.Expressions;

/// <summary>
/// The value that the run was given for one of the workflow's inputs; null when it was given none. In a workflow that is used as an
/// activity, the inputs are variables.
/// </summary>
internal sealed class InputExpression(string name, Type type) : Expression
{
    public override object? Evaluate(RunState state, Execution scope)
    {
        var variable = scope.Node.Owner is null ? null : scope.FindVariableByName(name);
        return VariableExpression.ConvertOrFail(state.Resolve(variable is null ? state.FindInput(name) : variable.Value), type, name);
    }
}
