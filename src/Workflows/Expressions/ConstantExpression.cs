using Dag.Workflows.Runs;

namespace Dag.Workflows.Expressions;

/// <summary>A value written in the definition, converted once. One that cannot be converted faults when it is evaluated, as in Elsa.</summary>
internal sealed class ConstantExpression(object? value, string? error) : Expression
{
    public string? Error { get; } = error;

    public object? Value { get; } = value;

    public override object? Evaluate(RunState state, Execution scope) => Error is null ? Value : throw new ExpressionException(Error);
}
