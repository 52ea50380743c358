using Dag.Workflows.Runs;

namespace Dag.Workflows.Expressions;

/// <summary>The value that the run was given for one of the workflow's inputs; null when it was given none.</summary>
internal sealed class InputExpression(string name, Type type) : Expression
{
    public override object? Evaluate(RunState state, Execution scope) =>
        VariableExpression.ConvertOrFail(state.Resolve(state.FindInput(name)), type, name);
}
