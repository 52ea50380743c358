using Dag.Workflows.Expressions;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Scripts;

/// <summary>A JavaScript expression. What it sets becomes part of the event of the activity whose input it is.</summary>
internal sealed class ScriptExpression(Script script, Type type, IScriptEngine engine) : Expression
{
    public Script Script { get; } = script;

    public override bool IsScript => true;

    public override object? Evaluate(RunState state, Execution scope) =>
        throw new ExpressionException("JavaScript cannot be used for this input. Write the value, or use a variable.");

    public override async ValueTask<object?> EvaluateAsync(Step step)
    {
        try
        {
            var result = await step.RunScriptAsync(Script, engine, withOutcomes: false);
            return VariableExpression.ConvertOrFail(result.Value, type, "The script's value");
        }
        catch (ScriptException e)
        {
            throw new ExpressionException(e.Message, e);
        }
    }
}
