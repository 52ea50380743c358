using Dag.Workflows.Runs;

namespace Dag.Workflows.Expressions;

/// <summary>A compiled expression: what an input is computed from.</summary>
internal abstract class Expression
{
    /// <summary>Whether evaluating it may leave the thread, as scripts do.</summary>
    public virtual bool IsScript => false;

    /// <summary>The value for an execution, converted to the input's type.</summary>
    /// <exception cref="ExpressionException">It has no value; the message says why.</exception>
    public abstract object? Evaluate(RunState state, Execution scope);

    /// <summary>The value for who acts in a step.</summary>
    /// <exception cref="ExpressionException">It has no value; the message says why.</exception>
    public virtual ValueTask<object?> EvaluateAsync(Step step) => ValueTask.FromResult(Evaluate(step.State, step.Execution));
}

/// <summary>An expression that has no value.</summary>
internal sealed class ExpressionException(string message, Exception? innerException = null) : Exception(message, innerException);
