using System.Threading.Channels;
using Dag.Workflows.Activities;

namespace Dag.Workflows.Tests.Triggers;

/// <summary>A trigger that fires when the test says so.</summary>
[Activity("Test.Trigger", Category = "Test", Description = "Fires when the test says so.")]
internal sealed class FakeTrigger(TriggerJournal journal) : TriggerActivity
{
    [Input("Tells triggers apart.")]
    public string Label { get; set; } = "";

    [Output("What it was fired with.")]
    public string? Value { get; private set; }

    public override Task ListenAsync(TriggerContext context, CancellationToken cancellationToken)
    {
        var listener = new FakeListener(Label, context, cancellationToken);
        journal.Started.Writer.TryWrite(listener);
        return listener.Failure.Task.WaitAsync(cancellationToken);
    }
}

/// <summary>A fake trigger that listens.</summary>
internal sealed record FakeListener(string Name, TriggerContext Context, CancellationToken Token)
{
    /// <summary>Ends the listening with an exception.</summary>
    public TaskCompletionSource Failure { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string?> FireAsync(string key, string value = "fired") => Context.FireAsync(
        new TriggerFiring([key], new Dictionary<string, object?> { ["Value"] = value }), Token);

    /// <summary>Completes when it is told to stop listening.</summary>
    public async Task StoppedAsync()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = Token.Register(stopped.SetResult);
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}

/// <summary>The listening that began, in order.</summary>
internal sealed class TriggerJournal
{
    public Channel<FakeListener> Started { get; } = Channel.CreateUnbounded<FakeListener>();

    public async Task<FakeListener> NextAsync() =>
        await Started.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
}
