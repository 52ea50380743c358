using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Primitives;

/// <summary>Stands for an activity of an unknown type.</summary>
[Activity("Elsa.NotFoundActivity", Category = "Primitives", DisplayName = "Not Found", Description = "Stands for an activity of an unknown type; faults when it executes.")]
internal sealed class NotFound : ControlActivity
{
    public override bool IsBrowsable => false;

    // Elsa's sentence; whatever version the definition names, Elsa says 0.
    public override ValueTask ExecuteAsync(Step step) =>
        throw new InvalidOperationException($"Activity type '{step.Node.Type}' version '0' could not be found.");
}
