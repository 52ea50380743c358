using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.ControlFlow;

/// <summary>Runs the activities of the cases that hold.</summary>
[Activity("Elsa.Switch", Category = "Branching", Description = "Runs the activity of the first case that holds, of all that hold, or of the default.")]
internal sealed class Switch() : ControlActivity(Cases, Mode)
{
    private static readonly ControlInput<object> Cases = new("Cases", "The cases, each {\"label\", \"condition\": {\"type\", \"value\"}, \"activity\"}.") { Wrapped = false, AutoEvaluate = false, UIHint = UIHints.Switch };
    private static readonly ControlInput<SwitchMode> Mode = new("Mode", "Whether the first case that holds counts, or all; default MatchFirst.");

    public override IReadOnlyList<string> EmbeddedPorts => ["default"];

    public override PortCases EmbeddedCases { get; } = new("cases", "label");

    public override object Compile(Node node, GraphCompiler compiler) => SwitchCase.Compile(node, compiler);

    public override IEnumerable<ActivityDefinition> EmbeddedActivities(ActivityDefinition definition) =>
        from item in JsonMembers.Items(definition.Member("cases"))
        let activity = JsonMembers.Get(item, "activity")
        where activity.IsObject()
        select DefinitionReader.Activity(activity);

    public override async ValueTask ExecuteAsync(Step step)
    {
        var matching = await SwitchCase.MatchAsync(step, step.Get(Mode));
        var activities = matching.Count == 0
            ? [step.Node.PortOrNull("default")]
            : matching.Select(c => c.Activity);
        var count = 0;
        foreach (var activity in activities.OfType<Node>())
        {
            step.Schedule(activity);
            count++;
        }

        if (count == 0)
        {
            step.Complete();
        }

        step.SetIndex(count);
    }

    public override ValueTask ChildCompletedAsync(Step step, Execution child, IReadOnlyList<string>? outcomes)
    {
        step.CountDown();
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildFailedAsync(Step step, Execution child)
    {
        step.CountDown(failed: true);
        return ValueTask.CompletedTask;
    }
}
