using Dag.Workflows.Activities;

namespace Dag.Workflows.Tests.Kill;

/// <summary>Work whose effect on the world is a line in a file, and which takes a moment afterwards.</summary>
[Activity("Test.KillWork", Category = "Test", Description = "Leaves a line in a file.")]
internal sealed class KillWork(AppendedLines effects) : WorkActivity
{
    [Input("How long it takes, in milliseconds.")]
    public int Milliseconds { get; set; }

    [Input("How many attempts fail first.")]
    public int Failures { get; set; }

    [Output("The attempt that completed.")]
    public int Attempt { get; private set; }

    public override async Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken)
    {
        effects.Add($"{context.RunId} {context.ExecutionId} {context.Attempt} {Environment.ProcessId}");
        if (Milliseconds > 0)
        {
            await Task.Delay(Milliseconds, cancellationToken);
        }

        if (context.Attempt <= Failures)
        {
            throw new ActivityException($"Attempt {context.Attempt} fails.");
        }

        Attempt = context.Attempt;
    }
}
