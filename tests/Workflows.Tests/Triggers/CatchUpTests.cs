using System.Text.Json;
using Dag.Tests;
using Dag.Workflows.Definitions;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Dag.Workflows.Scheduling;
using Dag.Workflows.Tests.Running;
using static Dag.Workflows.Tests.Running.FlowJson;
using static Dag.Workflows.Tests.Triggers.TriggerJson;

namespace Dag.Workflows.Tests.Triggers;

public sealed class CatchUpTests : IDisposable
{
    private static readonly DateTimeOffset Midnight = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("dag-catchup-").FullName;
    private readonly FakeTimeProvider _time = new(Midnight);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Elsa.Cron", "\"all\"", "01-02 02-03 03-04 04-05")]
    [InlineData("Elsa.Timer", "\"all\"", "01-02 02-03 03-04 04-05")]
    [InlineData("Elsa.Cron", "\"latest\"", "04-05")]
    [InlineData("Elsa.Cron", "\"none\"", "")]
    [InlineData("Elsa.Cron", """{"mode": "all", "limit": 2}""", "03-04 04-05")]
    public async Task Firings_that_were_missed_are_made_up_for_once_each_for_its_interval(string type, string catchUp, string intervals)
    {
        var workflow = Hourly(type, catchUp);
        await using (var engine = await StartAsync())
        {
            using var runs = new RunWatch(engine);
            await engine.Publisher.PublishAsync(workflow, CancellationToken.None);
            await runs.NextAfterAsync(_time, Hour);
            await RunWatch.WhileAsync(_time, () => DueAt(engine) != Midnight + (2 * Hour));
        }

        _time.Advance(TimeSpan.FromMinutes(270)); // It is 05:30.
        await using (var second = await StartAsync())
        {
            await RunWatch.WhileAsync(_time, () => DueAt(second) != Midnight + (6 * Hour));
            Assert.Equal(intervals, string.Join(' ', (await IntervalsAsync(second)).Skip(1)));
        }

        // What has been made up for is not missing any more.
        await using var third = await StartAsync();
        await RunWatch.WhileAsync(_time, () => DueAt(third) != Midnight + (6 * Hour));
        Assert.Equal($"00-01 {intervals}".Trim(), string.Join(' ', await IntervalsAsync(third)));
    }

    [Fact]
    public async Task What_was_due_before_the_version_was_published_was_not_missed()
    {
        _time.Advance(10 * Hour);
        await using (var engine = await StartAsync())
        {
            await engine.Publisher.PublishAsync(Hourly("Elsa.Cron", "\"all\""), CancellationToken.None);
            Assert.Equal(Midnight + (11 * Hour), DueAt(engine));
        }

        _time.Advance(Hour);
        await using var second = await StartAsync();
        await RunWatch.WhileAsync(_time, () => DueAt(second) != Midnight + (12 * Hour));
        Assert.Equal(["10-11"], await IntervalsAsync(second));
    }

    [Fact]
    public async Task A_clock_that_jumps_ahead_misses_nothing()
    {
        await using var engine = await StartAsync();
        await engine.Publisher.PublishAsync(Hourly("Elsa.Cron", "\"all\""), CancellationToken.None);

        _time.JumpTo(Midnight + (3 * Hour) + TimeSpan.FromMinutes(1));
        await RunWatch.WhileAsync(_time, () => DueAt(engine) != Midnight + (4 * Hour));

        Assert.Equal(["00-01", "01-02", "02-03"], await IntervalsAsync(engine));
    }

    [Fact]
    public async Task A_run_started_by_hand_is_for_the_last_interval_that_has_ended()
    {
        _time.Advance(TimeSpan.FromMinutes(330));
        await using var engine = await StartAsync();
        await engine.Engine.StartRunAsync(new StartRequest { Definition = Hourly("Elsa.Cron", "\"none\""), TriggerActivityId = "T" }, CancellationToken.None);

        await RunWatch.WhileAsync(_time, () => Count(engine) == 0);
        Assert.Equal(["04-05"], await IntervalsAsync(engine));
    }

    [Fact]
    public void Candidates_are_the_latest_ones_the_oldest_first()
    {
        var timetable = CronTimetable.Parse("@hourly");

        var found = new CatchUp(CatchUpMode.All, 3).Candidates(timetable, Midnight, Midnight + (9 * Hour));

        Assert.Equal([Midnight + (7 * Hour), Midnight + (8 * Hour), Midnight + (9 * Hour)], found);
        Assert.Equal([Midnight + Hour], new CatchUp(CatchUpMode.All, 3).Candidates(timetable, Midnight, Midnight + Hour));
        Assert.Empty(new CatchUp(CatchUpMode.All, 3).Candidates(timetable, Midnight, Midnight));
    }

    [Theory]
    [InlineData("null", "None 0")]
    [InlineData("\"Latest\"", "Latest 1")]
    [InlineData("\"all\"", "All 100")]
    [InlineData("""{"mode": "all"}""", "All 100")]
    [InlineData("""{"mode": "all", "limit": 1000}""", "All 1000")]
    [InlineData("\"some\"", null)]
    [InlineData("true", null)]
    [InlineData("[]", null)]
    [InlineData("{}", null)]
    [InlineData("""{"mode": "all", "limit": 0}""", null)]
    [InlineData("""{"mode": "all", "limit": 1001}""", null)]
    [InlineData("""{"mode": "all", "limit": "7"}""", null)]
    [InlineData("""{"mode": "all", "most": 7}""", null)]
    public void What_is_made_up_for_is_read_strictly(string json, string? expected)
    {
        using var document = JsonDocument.Parse(json);
        if (expected is null)
        {
            Assert.Contains("customProperties.catchUp is ", Assert.Throws<FormatException>(() => CatchUp.Parse(document.RootElement)).Message);
        }
        else
        {
            var parsed = CatchUp.Parse(document.RootElement);
            Assert.Equal(expected, $"{parsed.Mode} {parsed.Limit}");
        }
    }

    [Fact]
    public async Task Publishing_refuses_what_cannot_be_read()
    {
        await using var engine = await StartAsync();

        var refused = await Assert.ThrowsAsync<DefinitionException>(() => engine.Publisher.PublishAsync(Hourly("Elsa.Cron", "\"some\""), CancellationToken.None));

        Assert.Contains("customProperties.catchUp is \"some\"", refused.Message);
    }

    private static WorkflowDefinition Hourly(string type, string catchUp)
    {
        object inputs = type == "Elsa.Cron" ? new { cronExpression = "0 0 * * * *" } : new { interval = "01:00:00" };
        using var document = JsonDocument.Parse(catchUp);
        return Define("hourly", [Activity("T", type, inputs, new { canStartWorkflow = true, catchUp = document.RootElement.Clone() })], []);
    }

    // As the hours in which they start and end.
    private static async Task<IReadOnlyList<string>> IntervalsAsync(TestEngine engine)
    {
        var runs = (await engine.Engine.ListRunsAsync(new RunFilter { Take = 100 }, CancellationToken.None)).Runs;
        var intervals = new List<string>();
        foreach (var run in runs)
        {
            var outputs = (await engine.Engine.ReportAsync(run.Id, CancellationToken.None))!.Executions.Single(e => e.ActivityId == "T").Outputs;
            Assert.Equal(outputs["IntervalEnd"], outputs["ScheduledAt"]);
            intervals.Add($"{(DateTimeOffset)outputs["IntervalStart"]!:HH}-{(DateTimeOffset)outputs["IntervalEnd"]!:HH}");
        }

        return [.. intervals.Order()];
    }

    private static long Count(TestEngine engine) =>
        engine.Engine.ListRunsAsync(new RunFilter(), CancellationToken.None).GetAwaiter().GetResult().TotalCount;

    private static DateTimeOffset? DueAt(TestEngine engine) => engine.Publisher.ListTriggers().Single().DueAt;

    // A lease of days: its renewal is not what these tests let pass by the thousand.
    private Task<TestEngine> StartAsync() =>
        TestEngine.StartAsync(_folder, options: new EngineOptions { Node = "test", LeaseDuration = TimeSpan.FromDays(30) }, clock: _time);
}
