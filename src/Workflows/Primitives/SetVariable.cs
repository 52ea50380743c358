using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Primitives;

/// <summary>Gives a variable a value.</summary>
[Activity("Elsa.SetVariable", Category = "Primitives", DisplayName = "Set Variable", Description = "Gives a variable a value, which is converted to the variable's type.")]
internal sealed class SetVariable() : ControlActivity(Variable, Value)
{
    private static readonly ControlInput<object> Variable = new("Variable", "The variable, as {\"id\": \"…\", \"name\": \"…\"}: one of the workflow, or of a container around the activity.") { Wrapped = false, AutoEvaluate = false, UIHint = UIHints.Variable };
    private static readonly ControlInput<object> Value = new("Value", "The value; default none, which empties the variable.");

    public override bool GoesStraightOn => true;

    public override object? Compile(Node node, GraphCompiler compiler)
    {
        var variable = node.Definition.Member("variable");
        return JsonMembers.Text(variable, "id")
            ?? (variable.ValueKind == System.Text.Json.JsonValueKind.String ? variable.GetString() : JsonMembers.Text(variable, "name"));
    }

    public override ValueTask ExecuteAsync(Step step)
    {
        step.SetVariable((string?)step.Node.Compiled ?? "", step.Get(Value));
        step.Complete();
        return ValueTask.CompletedTask;
    }
}
