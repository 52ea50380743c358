using Dag.Workflows.Activities;

namespace Dag.Workflows.Tests.Runs;

/// <summary>Work that <see cref="InMemoryRun"/> answers itself: it fails so many attempts, then gives its text back.</summary>
[Activity("Test.Work", Category = "Tests", Description = "Work.", EmbeddedPorts = ["onLate"])]
internal sealed class TestWork : WorkActivity
{
    [Input("How many attempts fail.")]
    public int Failures { get; set; }

    [Input("How many attempts are lost with their process.")]
    public int Losses { get; set; }

    [Input("What it gives back.")]
    public object? Value { get; set; }

    [Input("Values by name.", UIHint = UIHints.Dictionary)]
    public IReadOnlyDictionary<string, object?>? Named { get; set; }

    [Input("Its outcomes; default Done.")]
    public IReadOnlyList<string>? Ways { get; set; }

    [Input("The port whose activity it ends with; default none.")]
    public string? Port { get; set; }

    [Input("Cases, each a code with an activity.")]
    [PortCases("code")]
    public object? Codes { get; set; }

    [Output("What it was given.")]
    public object? Result { get; set; }

    [Output("What was wrong.")]
    public string? Error { get; set; }

    public override Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
