using System.Globalization;
using Dag.Workflows.Scheduling;

namespace Dag.Workflows.Tests.Scheduling;

public sealed class CronTimetableTests
{
    [Theory]
    [InlineData("0 0 * * * *", "2026-01-01T00:00:00", "2026-01-01T01:00:00 2026-01-01T02:00:00")]
    [InlineData("*/20 59 23 * * *", "2026-01-01T00:00:00", "2026-01-01T23:59:00 2026-01-01T23:59:20 2026-01-01T23:59:40 2026-01-02T23:59:00")]
    [InlineData("0 0 22-1 * * *", "2026-01-01T21:30:00", "2026-01-01T22:00:00 2026-01-01T23:00:00 2026-01-02T00:00:00 2026-01-02T01:00:00 2026-01-02T22:00:00")]
    [InlineData("0 0 22-4/2 * * *", "2026-01-01T21:30:00", "2026-01-01T22:00:00 2026-01-02T00:00:00 2026-01-02T02:00:00 2026-01-02T04:00:00 2026-01-02T22:00:00")]
    [InlineData("0 50/7 0 * * *", "2026-01-01T00:00:00", "2026-01-01T00:50:00 2026-01-01T00:57:00 2026-01-02T00:50:00")]
    [InlineData("0 0 0 * * 0", "2026-01-01T00:00:00", "2026-01-04T00:00:00 2026-01-11T00:00:00")]
    [InlineData("0 0 0 * * 7", "2026-01-01T00:00:00", "2026-01-04T00:00:00 2026-01-11T00:00:00")]
    [InlineData("0 0 0 * * 1", "2026-01-01T00:00:00", "2026-01-05T00:00:00 2026-01-12T00:00:00")]
    [InlineData("0 0 0 ? * mon-Wed", "2026-01-01T00:00:00", "2026-01-05T00:00:00 2026-01-06T00:00:00 2026-01-07T00:00:00 2026-01-12T00:00:00")]
    [InlineData("0 0 0 * * 5-1", "2026-01-01T00:00:00", "2026-01-02T00:00:00 2026-01-03T00:00:00 2026-01-04T00:00:00 2026-01-05T00:00:00 2026-01-09T00:00:00")]
    [InlineData("0 0 0 * * 5-7", "2026-01-01T00:00:00", "2026-01-02T00:00:00 2026-01-03T00:00:00 2026-01-04T00:00:00 2026-01-09T00:00:00")]
    [InlineData("0 0 0 1 DEC-2 ?", "2026-01-01T00:00:00", "2026-02-01T00:00:00 2026-12-01T00:00:00 2027-01-01T00:00:00")]
    [InlineData("0 0 0 L * *", "2026-01-01T00:00:00", "2026-01-31T00:00:00 2026-02-28T00:00:00")]
    [InlineData("0 0 0 L-3 * *", "2026-01-01T00:00:00", "2026-01-28T00:00:00 2026-02-25T00:00:00")]
    [InlineData("0 0 0 LW * *", "2026-01-01T00:00:00", "2026-01-30T00:00:00 2026-02-27T00:00:00")]
    [InlineData("0 0 0 1W * *", "2026-07-02T00:00:00", "2026-08-03T00:00:00 2026-09-01T00:00:00")]
    [InlineData("0 0 0 15W * *", "2026-02-01T00:00:00", "2026-02-16T00:00:00 2026-03-16T00:00:00")]
    [InlineData("0 0 0 * * FRI#2", "2026-01-01T00:00:00", "2026-01-09T00:00:00 2026-02-13T00:00:00")]
    [InlineData("0 0 0 * * 5L", "2026-01-01T00:00:00", "2026-01-30T00:00:00 2026-02-27T00:00:00")]
    [InlineData("0 0 0 * * 0#1", "2026-01-01T00:00:00", "2026-01-04T00:00:00 2026-02-01T00:00:00")]
    [InlineData("30 6 * * *", "2026-01-01T00:00:00", "2026-01-01T06:30:00 2026-01-02T06:30:00")]
    [InlineData("0 0 13 * FRI", "2026-01-01T00:00:00", "2026-01-02T00:00:00 2026-01-09T00:00:00 2026-01-13T00:00:00 2026-01-16T00:00:00")]
    [InlineData("0 0 1-31 * MON", "2026-01-01T00:00:00", "2026-01-02T00:00:00 2026-01-03T00:00:00 2026-01-04T00:00:00")]
    [InlineData("@hourly", "2026-01-01T00:00:00", "2026-01-01T01:00:00 2026-01-01T02:00:00")]
    [InlineData("@Daily", "2026-01-01T00:00:00", "2026-01-02T00:00:00 2026-01-03T00:00:00")]
    [InlineData("@weekly", "2026-01-01T00:00:00", "2026-01-04T00:00:00 2026-01-11T00:00:00")]
    [InlineData("@monthly", "2026-01-01T00:00:00", "2026-02-01T00:00:00 2026-03-01T00:00:00")]
    [InlineData("@yearly", "2026-01-01T00:00:00", "2027-01-01T00:00:00 2028-01-01T00:00:00")]
    public void It_fires_when_the_expression_says(string expression, string after, string expected)
    {
        var timetable = CronTimetable.Parse(expression);
        var instants = expected.Split(' ').Select(Utc).ToList();

        Assert.Equal(instants, timetable.Between(Utc(after), DateTimeOffset.MaxValue).Take(instants.Count));
    }

    [Fact]
    public void Nearest_weekday_of_a_day_that_a_month_does_not_have_does_not_fire_in_that_month()
    {
        var timetable = CronTimetable.Parse("0 0 0 31W * ?");

        Assert.Equal(
            [Utc("2026-01-30"), Utc("2026-03-31"), Utc("2026-05-29"), Utc("2026-07-31")],
            timetable.Between(Utc("2026-01-01"), Utc("2026-08-01")));
    }

    [Fact]
    public void Next_is_strictly_after_even_by_a_tick()
    {
        var timetable = CronTimetable.Parse("0 0 12 * * *");

        Assert.Equal(Utc("2026-01-01T12:00:00"), timetable.NextAfter(Utc("2026-01-01T12:00:00").AddTicks(-1)));
        Assert.Equal(Utc("2026-01-02T12:00:00"), timetable.NextAfter(Utc("2026-01-01T12:00:00")));
        Assert.Equal(Utc("2026-01-02T12:00:00"), timetable.NextAfter(Utc("2026-01-01T12:00:00").AddTicks(1)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    [InlineData("UTC")]
    [InlineData("Etc/UTC")]
    public void The_zone_is_utc_unless_named(string? zone) =>
        Assert.Equal(Utc("2026-07-01T08:00:00"), CronTimetable.Parse("0 8 * * *", zone).NextAfter(Utc("2026-07-01")));

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("W. Europe Standard Time")]
    public void Iana_and_Windows_names_of_zones_are_known(string zone)
    {
        var timetable = CronTimetable.Parse("0 8 * * *", zone);

        Assert.Equal(Utc("2026-07-01T06:00:00"), timetable.NextAfter(Utc("2026-07-01")));
        Assert.Equal(Utc("2026-12-01T07:00:00"), timetable.NextAfter(Utc("2026-12-01")));
    }

    [Fact]
    public void Data_interval_reaches_from_the_firing_before_to_the_firing()
    {
        var timetable = CronTimetable.Parse("0 6 * * MON-FRI", "Europe/Berlin");

        Assert.Equal(new DataInterval(Utc("2026-07-03T04:00:00"), Utc("2026-07-06T04:00:00")), timetable.IntervalOf(Utc("2026-07-06T04:00:00")));
        Assert.Equal(Utc("2020-02-29"), CronTimetable.Parse("0 0 29 2 *").PreviousBefore(Utc("2024-02-29")));
        Assert.Equal(Utc("2023-12-31T23:59:59"), CronTimetable.Parse("* * * * * *").PreviousBefore(Utc("2024-01-01")));
        Assert.Null(CronTimetable.Parse("@yearly").PreviousBefore(Timetable.Earliest));
    }

    [Fact]
    public void Equal_expressions_in_one_zone_are_equal_timetables()
    {
        Assert.Equal(CronTimetable.Parse("@daily", "Europe/Berlin"), CronTimetable.Parse("@daily", "Europe/Berlin"));
        Assert.NotEqual(CronTimetable.Parse("@daily", "Europe/Berlin"), CronTimetable.Parse("@daily"));
    }

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
