using System.Globalization;
using Dag.Workflows.Scheduling;

namespace Dag.Workflows.Tests.Scheduling;

/// <summary>Real changes of clocks. Berlin 2026: on 29 March 02:00 becomes 03:00, on 25 October 03:00 becomes 02:00.</summary>
public sealed class ClockChangeTests
{
    [Theory]
    [InlineData("Europe/Berlin", "30 2 * * *", "2026-03-28T12:00+01:00", "2026-03-29T03:00+02:00 2026-03-30T02:30+02:00")]
    [InlineData("America/New_York", "30 2 * * *", "2026-03-07T12:00-05:00", "2026-03-08T03:00-04:00 2026-03-09T02:30-04:00")]
    [InlineData("Australia/Lord_Howe", "15 2 * * *", "2026-10-03T12:00+10:30", "2026-10-04T02:30+11:00 2026-10-05T02:15+11:00")]
    [InlineData("Pacific/Apia", "0 12 * * *", "2011-12-29T13:00-10:00", "2011-12-31T00:00+14:00 2011-12-31T12:00+14:00")]
    public void A_skipped_time_fires_at_the_first_instant_after_the_gap(string zone, string cron, string after, string expected) =>
        AssertFirings(zone, cron, after, expected);

    [Theory]
    [InlineData("0 0,15,30,45 2 * * *", "2026-03-29T03:00+02:00 2026-03-30T02:00+02:00")]
    [InlineData("0 0 2,3 * * *", "2026-03-29T03:00+02:00 2026-03-30T02:00+02:00 2026-03-30T03:00+02:00")]
    public void Times_of_one_gap_fire_together_and_with_what_fires_at_its_end(string cron, string expected) =>
        AssertFirings("Europe/Berlin", cron, "2026-03-28T12:00+01:00", expected);

    [Theory]
    [InlineData("0 */20 * * * *", "2026-03-29T01:40+01:00 2026-03-29T03:00+02:00 2026-03-29T03:20+02:00")]
    [InlineData("0 0 */2 * * *", "2026-03-29T03:00+02:00 2026-03-29T04:00+02:00")]
    public void A_rhythm_goes_on_after_the_gap(string cron, string expected) =>
        AssertFirings("Europe/Berlin", cron, "2026-03-29T01:30+01:00", expected);

    [Theory]
    [InlineData("Europe/Berlin", "30 2 * * *", "2026-10-24T12:00+02:00", "2026-10-25T02:30+02:00 2026-10-26T02:30+01:00")]
    [InlineData("Europe/Berlin", "0,30 2 * * *", "2026-10-25T02:10+02:00", "2026-10-25T02:30+02:00 2026-10-26T02:00+01:00")]
    [InlineData("Europe/Berlin", "30 2 * * *", "2026-10-25T02:10+01:00", "2026-10-26T02:30+01:00")]
    [InlineData("America/New_York", "30 1 * * *", "2026-10-31T12:00-04:00", "2026-11-01T01:30-04:00 2026-11-02T01:30-05:00")]
    [InlineData("Australia/Lord_Howe", "45 1 * * *", "2026-04-04T12:00+11:00", "2026-04-05T01:45+11:00 2026-04-06T01:45+10:30")]
    public void A_doubled_time_fires_once_the_first_time(string zone, string cron, string after, string expected) =>
        AssertFirings(zone, cron, after, expected);

    [Theory]
    [InlineData("Europe/Berlin", "0 15 * * * *", "2026-10-25T01:30+02:00", "2026-10-25T02:15+02:00 2026-10-25T02:15+01:00 2026-10-25T03:15+01:00")]
    [InlineData("America/New_York", "*/30 1 * * *", "2026-11-01T00:30-04:00", "2026-11-01T01:00-04:00 2026-11-01T01:30-04:00 2026-11-01T01:00-05:00 2026-11-01T01:30-05:00 2026-11-02T01:00-05:00")]
    [InlineData("Australia/Lord_Howe", "*/15 * * * *", "2026-04-05T01:30+11:00", "2026-04-05T01:45+11:00 2026-04-05T01:30+10:30 2026-04-05T01:45+10:30 2026-04-05T02:00+10:30")]
    public void A_rhythm_goes_on_through_a_doubled_hour(string zone, string cron, string after, string expected) =>
        AssertFirings(zone, cron, after, expected);

    [Fact]
    public void The_data_intervals_around_a_change_touch_each_other()
    {
        var timetable = CronTimetable.Parse("30 2 * * *", "Europe/Berlin");
        var firings = timetable.Between(At("2026-03-26T00:00Z"), At("2026-04-02T00:00Z")).ToList();

        Assert.Equal(7, firings.Count);
        Assert.Equal(firings.SkipLast(1), firings.Skip(1).Select(f => timetable.IntervalOf(f).Start));
    }

    private static void AssertFirings(string zone, string cron, string after, string expected)
    {
        var instants = expected.Split(' ').Select(At).ToList();
        Assert.Equal(instants, CronTimetable.Parse(cron, zone).Between(At(after), DateTimeOffset.MaxValue).Take(instants.Count));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
