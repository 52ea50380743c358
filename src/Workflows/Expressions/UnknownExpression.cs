using Dag.Workflows.Runs;

namespace Dag.Workflows.Expressions;

/// <summary>An expression in a language that is not known here: kept, and a fault when it is evaluated.</summary>
internal sealed class UnknownExpression(string language) : Expression
{
    public string Language { get; } = language;

    public override object? Evaluate(RunState state, Execution scope) =>
        throw new ExpressionException($"The expression language '{Language}' is not known here.");
}
