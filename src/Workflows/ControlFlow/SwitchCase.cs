using Dag.Workflows.Definitions;
using Dag.Workflows.Expressions;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.ControlFlow;

/// <summary>A case of a switch.</summary>
internal sealed record SwitchCase(string Label, Expression Condition, Node? Activity)
{
    /// <summary>The cases of a switch; their conditions are bare expressions, not wrapped inputs.</summary>
    public static SwitchCase[] Compile(Node node, GraphCompiler compiler) =>
    [
        .. from item in JsonMembers.Items(node.Definition.Member("cases"))
           let condition = JsonMembers.Get(item, "condition")
           let activity = JsonMembers.Get(item, "activity")
           select new SwitchCase(
               JsonMembers.Text(item, "label") ?? "",
               condition.IsObject() ? compiler.CompileExpression(node, "Cases", condition, typeof(bool)) : new ConstantExpression(false, null),
               activity.IsObject() ? compiler.Embedded(node, activity) : null),
    ];

    /// <summary>The cases that count. All conditions are evaluated, as in Elsa.</summary>
    public static async ValueTask<IReadOnlyList<SwitchCase>> MatchAsync(Step step, SwitchMode mode)
    {
        var matching = new List<SwitchCase>();
        foreach (var @case in (SwitchCase[])step.Node.Compiled!)
        {
            if (await step.EvaluateAsync(@case.Condition, "Cases") is true)
            {
                matching.Add(@case);
            }
        }

        return mode == SwitchMode.MatchFirst && matching.Count > 1 ? [matching[0]] : matching;
    }
}
