using System.Text.Json.Nodes;
using Dag.Tests;
using Dag.Workflows.Definitions;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Dag.Workflows.Tests.Running;
using static Dag.Workflows.Tests.Running.FlowJson;
using static Dag.Workflows.Tests.Triggers.TriggerJson;

namespace Dag.Workflows.Tests.Triggers;

public sealed class TimetableTriggerTests : IDisposable
{
    private static readonly DateTimeOffset Midnight = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("dag-triggers-").FullName;
    private readonly FakeTimeProvider _time = new(Midnight);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_timer_fires_after_each_interval_since_it_was_published()
    {
        await using var engine = await StartAsync();
        using var runs = new RunWatch(engine);
        await PublishAsync(engine, Workflow("hourly", "Elsa.Timer", new { interval = "01:00:00" }));

        var first = await runs.NextAfterAsync(_time, Hour);
        Assert.Equal(("Finished", "ran"), (first.SubStatus, first.Lines.Single()));
        Assert.Equal("Completed", first.Executions.Single(e => e.ActivityId == "T").Status);
        Assert.Equal(Midnight + 2 * Hour, DueAt(engine, "hourly"));
        await runs.NextAfterAsync(_time, Hour);
        Assert.Equal(2, await CountAsync(engine, "hourly"));
    }

    [Fact]
    public async Task The_grid_of_a_timer_stays_where_publishing_put_it_over_restarts()
    {
        await using (var engine = await StartAsync())
        {
            await PublishAsync(engine, Workflow("hourly", "Elsa.Timer", new { interval = "01:00:00" }));
        }

        _time.Advance(TimeSpan.FromMinutes(150));
        await using var second = await StartAsync();
        Assert.Equal(Midnight + 3 * Hour, DueAt(second, "hourly"));
    }

    [Fact]
    public async Task A_cron_expression_fires_at_its_times_in_its_zone()
    {
        await using var engine = await StartAsync();
        using var runs = new RunWatch(engine);
        await PublishAsync(engine, Workflow("daily", "Elsa.Cron", new { cronExpression = "0 0 6 * * *", timeZone = "Europe/Berlin" }));

        Assert.Equal(Midnight + 5 * Hour, DueAt(engine, "daily"));
        await runs.NextAfterAsync(_time, 5 * Hour);
        Assert.Equal(Midnight + 29 * Hour, DueAt(engine, "daily"));
    }

    [Fact]
    public async Task A_cron_time_that_was_missed_while_the_service_was_down_is_not_caught_up_with()
    {
        await using (var engine = await StartAsync())
        {
            await PublishAsync(engine, Workflow("hourly", "Elsa.Cron", new { cronExpression = "0 0 * * * *" }));
        }

        _time.Advance(TimeSpan.FromMinutes(330));
        await using var second = await StartAsync();
        using var runs = new RunWatch(second);
        Assert.Equal(Midnight + 6 * Hour, DueAt(second, "hourly"));
        await runs.NextAfterAsync(_time, TimeSpan.FromMinutes(30));
        Assert.Equal(1, await CountAsync(second, "hourly"));
    }

    [Fact]
    public async Task StartAt_in_the_past_fires_once_ever()
    {
        var definition = Workflow("once", "Elsa.StartAt", new { dateTime = "2020-02-02T00:00:00Z" });
        await using (var engine = await StartAsync())
        {
            using var runs = new RunWatch(engine);
            await PublishAsync(engine, definition);
            await runs.NextAfterAsync(_time, TimeSpan.Zero);
            await RunWatch.WhileAsync(_time, () => DueAt(engine, "once") is not null);
        }

        await using var second = await StartAsync();
        await RunWatch.WhileAsync(_time, () => DueAt(second, "once") is not null);
        await PublishAsync(second, Define("once", [Activity("T", "Elsa.StartAt", new { dateTime = "2020-02-02T00:00:00Z" }, StartsRuns)], []));
        Assert.Equal(2, second.Publisher.ListTriggers().Single().Version);
        await RunWatch.WhileAsync(_time, () => DueAt(second, "once") is not null);
        Assert.Equal(1, await CountAsync(second, "once"));
    }

    [Fact]
    public async Task StartAt_that_came_while_the_service_was_down_fires_at_the_next_start()
    {
        await using (var engine = await StartAsync())
        {
            await PublishAsync(engine, Workflow("once", "Elsa.StartAt", new { dateTime = "2026-01-01T01:00:00Z" }));
        }

        _time.Advance(5 * Hour);
        await using var second = await StartAsync();
        using var runs = new RunWatch(second);
        Assert.Equal(Midnight + Hour, DueAt(second, "once"));
        await RunWatch.WhileAsync(_time, () => DueAt(second, "once") is not null);
        Assert.Equal(1, await CountAsync(second, "once"));
    }

    [Fact]
    public async Task Publishing_a_new_version_disarms_the_old_one()
    {
        await using var engine = await StartAsync();
        using var runs = new RunWatch(engine);
        await PublishAsync(engine, Workflow("flow", "Elsa.Timer", new { interval = "01:00:00" }));
        await PublishAsync(engine, Workflow("flow", "Elsa.Timer", new { interval = "02:00:00" }));

        Assert.Equal((2, Midnight + 2 * Hour), (engine.Publisher.ListTriggers().Single().Version, DueAt(engine, "flow")));
        Assert.Equal(2, (await runs.NextAfterAsync(_time, 2 * Hour)).Version);
        Assert.Equal(1, await CountAsync(engine, "flow"));
    }

    [Fact]
    public async Task Publishing_the_same_again_changes_nothing()
    {
        await using var engine = await StartAsync();
        await PublishAsync(engine, Workflow("flow", "Elsa.Timer", new { interval = "01:00:00" }));
        _time.Advance(TimeSpan.FromMinutes(30));
        await PublishAsync(engine, Workflow("flow", "Elsa.Timer", new { interval = "01:00:00" }));

        Assert.Equal((1, Midnight + Hour), (engine.Publisher.ListTriggers().Single().Version, DueAt(engine, "flow")));
    }

    [Fact]
    public async Task Retracting_disarms()
    {
        await using var engine = await StartAsync();
        using var runs = new RunWatch(engine);
        await PublishAsync(engine, Workflow("flow", "Elsa.Timer", new { interval = "01:00:00" }));
        Assert.True(await engine.Publisher.RetractAsync("flow", CancellationToken.None));
        Assert.Empty(engine.Publisher.ListTriggers());

        await PublishAsync(engine, Workflow("later", "Elsa.Timer", new { interval = "02:00:00" }));
        Assert.Equal("later", (await runs.NextAfterAsync(_time, 3 * Hour)).DefinitionId);
        Assert.Equal(0, await CountAsync(engine, "flow"));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_repeat_a_firing()
    {
        await using (var engine = await StartAsync())
        {
            using var runs = new RunWatch(engine);
            await PublishAsync(engine, Workflow("hourly", "Elsa.Timer", new { interval = "01:00:00" }));
            await runs.NextAfterAsync(_time, Hour);
            await RunWatch.WhileAsync(_time, () => DueAt(engine, "hourly") != Midnight + 2 * Hour);
            _time.JumpTo(Midnight + TimeSpan.FromMinutes(30));
            await runs.NextAfterAsync(_time, TimeSpan.FromMinutes(90));
            Assert.Equal(2, await CountAsync(engine, "hourly"));
        }

        // A process that knows nothing of the firing before the jump comes to its time again, and finds its key used.
        _time.JumpTo(Midnight + TimeSpan.FromMinutes(90));
        await using var second = await StartAsync();
        Assert.Equal(Midnight + 2 * Hour, DueAt(second, "hourly"));
        _time.Advance(TimeSpan.FromMinutes(30));
        await RunWatch.WhileAsync(_time, () => DueAt(second, "hourly") != Midnight + 3 * Hour);
        Assert.Equal(2, await CountAsync(second, "hourly"));
    }

    [Fact]
    public async Task A_run_that_cannot_start_is_shown_as_the_trigger_s_problem_and_the_next_time_is_tried()
    {
        await using var engine = await StartAsync();
        var json = JsonNode.Parse(Flowchart([Activity("T", "Elsa.Timer", new { interval = "01:00:00" }, StartsRuns)], []))!;
        json["inputs"] = JsonNode.Parse("""[{"name":"n","type":"Int32","defaultValue":"many"}]""");
        await PublishAsync(engine, DefinitionReader.Read(json.ToJsonString()));
        _time.Advance(Hour);
        await RunWatch.WhileAsync(_time, () => DueAt(engine, "flow") != Midnight + 2 * Hour);
        Assert.Contains("'many'", engine.Publisher.ListTriggers().Single().Problem);
    }

    private static DateTimeOffset? DueAt(TestEngine engine, string definitionId) =>
        engine.Publisher.ListTriggers().Single(t => t.DefinitionId == definitionId).DueAt;

    private static async Task PublishAsync(TestEngine engine, WorkflowDefinition definition) =>
        await engine.Publisher.PublishAsync(definition, CancellationToken.None);

    private static async Task<long> CountAsync(TestEngine engine, string definitionId) =>
        (await engine.Engine.ListRunsAsync(new RunFilter { DefinitionIds = [definitionId] }, CancellationToken.None)).TotalCount;

    // A lease of days: its renewal is not what these tests let pass by the thousand.
    private Task<TestEngine> StartAsync() =>
        TestEngine.StartAsync(_folder, options: new EngineOptions { Node = "test", LeaseDuration = TimeSpan.FromDays(30) }, clock: _time);
}
