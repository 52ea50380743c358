using System.Collections.Concurrent;
using Dag.Workflows.Activities;

namespace Dag.Workflows.Tests.Running;

/// <summary>Work that keeps a journal of its attempts instead of doing anything.</summary>
[Activity("Test.Work", Category = "Test", Description = "Does nothing.")]
internal sealed class FakeWork(WorkJournal journal) : WorkActivity
{
    [Input("What to hand on.")]
    public string Value { get; set; } = "";

    [Input("How many letters to hand on, instead of the value.")]
    public int Letters { get; set; }

    [Input("How many attempts fail first.")]
    public int Failures { get; set; }

    [Input("Wait until the test lets it go on.")]
    public bool Hold { get; set; }

    [Output("What was handed on.")]
    public string? Result { get; private set; }

    public override async Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken)
    {
        journal.Attempts.Enqueue((context.ActivityId, context.Attempt, context.IdempotencyKey));
        if (Hold)
        {
            journal.Holding.TrySetResult();
            await journal.Release.Task.WaitAsync(cancellationToken);
        }

        if (context.Attempt <= Failures)
        {
            throw new ActivityException($"Attempt {context.Attempt} fails.");
        }

        Result = Letters > 0 ? new string('w', Letters) : Value;
    }
}

/// <summary>What fake work did.</summary>
internal sealed class WorkJournal
{
    public ConcurrentQueue<(string Activity, int Attempt, string Key)> Attempts { get; } = new();

    public TaskCompletionSource Holding { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
