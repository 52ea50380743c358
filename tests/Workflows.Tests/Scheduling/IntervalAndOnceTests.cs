using Dag.Workflows.Scheduling;

namespace Dag.Workflows.Tests.Scheduling;

public sealed class IntervalAndOnceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_interval_first_fires_one_interval_after_its_anchor_and_keeps_its_grid()
    {
        var timetable = new IntervalTimetable(TimeSpan.FromMinutes(10), Noon);

        Assert.Equal(Noon.AddMinutes(10), timetable.NextAfter(Noon.AddYears(-1)));
        Assert.Equal(Noon.AddMinutes(10), timetable.NextAfter(Noon));
        Assert.Equal(Noon.AddMinutes(20), timetable.NextAfter(Noon.AddMinutes(10)));
        Assert.Equal(Noon.AddMinutes(20), timetable.NextAfter(Noon.AddMinutes(19).AddSeconds(59)));
    }

    [Fact]
    public void The_data_of_an_interval_begins_one_interval_earlier()
    {
        var timetable = new IntervalTimetable(TimeSpan.FromMinutes(10), Noon);

        Assert.Equal(new DataInterval(Noon, Noon.AddMinutes(10)), timetable.IntervalOf(Noon.AddMinutes(10)));
        Assert.Equal(new DataInterval(Noon.AddMinutes(10), Noon.AddMinutes(20)), timetable.IntervalOf(Noon.AddMinutes(20)));
    }

    [Fact]
    public void An_interval_longer_than_time_itself_does_not_fire() =>
        Assert.Null(new IntervalTimetable(TimeSpan.MaxValue, Noon).NextAfter(Noon));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1)]
    public void An_interval_must_be_a_millisecond_or_more(long ticks) =>
        Assert.Contains("at least a millisecond", Assert.Throws<FormatException>(() => new IntervalTimetable(new TimeSpan(ticks), Noon)).Message);

    [Fact]
    public void Once_fires_once()
    {
        var timetable = new OnceTimetable(Noon.ToOffset(TimeSpan.FromHours(2)));

        Assert.Equal([Noon], timetable.Between(DateTimeOffset.MinValue, DateTimeOffset.MaxValue));
        Assert.Null(timetable.NextAfter(Noon));
        Assert.Equal(new DataInterval(Noon, Noon), timetable.IntervalOf(Noon));
        Assert.Equal(TimeSpan.Zero, timetable.NextAfter(DateTimeOffset.MinValue)!.Value.Offset);
    }
}
