using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Primitives;

/// <summary>Gives the run a correlation id.</summary>
[Activity("Elsa.Correlate", Category = "Primitives", Description = "Gives the run a correlation id, such as an order number: events, webhooks and activation strategies tell runs apart by it.")]
internal sealed class Correlate() : ControlActivity(CorrelationId)
{
    private static readonly ControlInput<string> CorrelationId = new("CorrelationId", "The correlation id; default none, which takes it away.");

    public override bool GoesStraightOn => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        step.SetCorrelationId(step.Get(CorrelationId));
        step.Complete();
        return ValueTask.CompletedTask;
    }
}
