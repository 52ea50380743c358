using Dag.Host.Demo;
using Dag.Tests;
using Dag.Workflows.Activities;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;

namespace Dag.Host.Tests.Demo;

public sealed class RunDisplayTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly List<string> _messages = [];

    [Fact]
    public void A_run_is_shown_with_one_line_for_what_each_activity_did()
    {
        var display = Display(live: false);
        _clock.Advance(TimeSpan.FromSeconds(1.2));
        display.Show(new RunChanged { Run = Run(), Settled = true, CanWake = true });
        display.Show(Changed("Running"));
        display.Show(new WorkProgressed("work", 7, new WorkProgress(0.6, "half of it")) { Run = Run() });
        display.Show(new WorkProgressed("work", 7, new WorkProgress(1, "20 things, 3 kB")) { Run = Run() });
        display.Show(Changed("Completed"));
        Assert.Null(display.Ended);
        display.Show(new RunChanged { Run = Run() with { FinishedAt = Start }, Settled = true, CanWake = false });

        Assert.NotNull(display.Ended);
        Assert.Equal(
            """
                ⚡ arrived         1.2 s  a.csv started run run-1
                · work              60 %  half of it
                ✔ work            2.5 s  20 things, 3 kB

            """.ReplaceLineEndings("\n"),
            _output.ToString());
    }

    [Fact]
    public void A_failure_shows_its_reason_and_a_retry_that_it_is_one()
    {
        var display = Display(live: false);
        display.Show(Changed("Pending", error: "no connection"));
        display.Show(Changed("Faulted", error: "still none"));
        Assert.Contains("! work           attempt 1 failed and is repeated: no connection", _output.ToString());
        Assert.Contains("✘ work            2.5 s  still none", _output.ToString());
    }

    [Fact]
    public void On_a_terminal_the_bar_moves_with_the_progress()
    {
        var display = Display(live: true);
        display.Beat();
        Assert.Contains("arrived         0.0 s  waiting until the file has stopped changing", _output.ToString());
        display.Show(Changed("Running"));
        display.Show(new WorkProgressed("work", 7, new WorkProgress(0.5, "fold 2 of 3")) { Run = Run() });
        _clock.Advance(TimeSpan.FromSeconds(3));
        display.Beat();
        Assert.EndsWith($"work            3.0 s  {new string('█', 12)}{new string(' ', 12)}  50 %  fold 2 of 3", _output.ToString());
    }

    [Fact]
    public void Messages_are_kept_and_a_note_is_shown_once()
    {
        var display = Display(live: false);
        display.Show(Changed("Completed", "Dag.Notify", ("Delivered", true), ("Text", "All is well.")));
        for (var i = 0; i < 2; i++)
        {
            display.Show(Changed(
                "Completed", "Dag.TrainModel", ("ModelVersion", "delay@1"), ("Algorithm", "linear-regression"), ("Rows", 10), ("Notes", new[] { "No xgboost." }),
                ("Metrics", new Dictionary<string, object?> { ["rmse"] = 1.5 }), ("DummyMetrics", new Dictionary<string, object?> { ["rmse"] = 2.0 })));
        }

        Assert.Equal(["All is well."], _messages);
        Assert.Contains("“All is well.”", _output.ToString());
        Assert.Contains("delay@1: linear-regression, rmse 1.50 (dummy 2.00), 10 rows", _output.ToString());
        Assert.Single(_output.ToString().Split('\n'), line => line.Contains("No xgboost.", StringComparison.Ordinal));
    }

    private static RunSummary Run() => new()
    {
        Id = "run-1",
        DefinitionId = "flow",
        DefinitionVersionId = "flow-v1",
        Version = 1,
        WorkflowName = "flow",
        Status = "Running",
        SubStatus = "Executing",
        CreatedAt = Start,
        UpdatedAt = Start,
    };

    private static WorkChanged Changed(string status, string type = "Test.Work", params (string, object?)[] outputs) =>
        Changed(status, null, type, outputs);

    private static WorkChanged Changed(string status, string? error, string type = "Test.Work", params (string Name, object? Value)[] outputs) => new(
        new WorkExecutionRow
        {
            RunId = "run-1",
            ExecutionId = 7,
            ActivityId = "work",
            NodeId = "flow:work",
            Type = type,
            Status = status,
            Attempts = 1,
            StartedAt = Start,
            FinishedAt = status is "Completed" or "Faulted" ? Start.AddSeconds(2.5) : null,
            Error = error,
        })
    {
        Run = Run(),
        Outputs = [.. outputs.Select(o => KeyValuePair.Create(o.Name, o.Value))],
    };

    private RunDisplay Display(bool live) => new(
        new DemoTerminal(_output, _clock) { IsLive = live, HasColor = false, Width = () => 120 }, "a.csv", [], _messages);
}
