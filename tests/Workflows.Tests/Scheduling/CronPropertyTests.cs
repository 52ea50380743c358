using Dag.Workflows.Scheduling;
using FsCheck;
using FsCheck.Fluent;

namespace Dag.Workflows.Tests.Scheduling;

public sealed class CronPropertyTests
{
    private static readonly TimeZoneInfo[] Zones =
        [.. new[]
        {
            "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo", "Africa/Casablanca",
            "Pacific/Chatham", "Asia/Gaza", "America/Santiago",
        }.Select(TimeZoneInfo.FindSystemTimeZoneById)];

    [Fact]
    public void Next_is_what_asking_every_second_finds() =>
        Prop.ForAll(
            (from cron in Crons(seconds: true) from start in Instants() select (cron, start)).ToArbitrary(),
            pair =>
            {
                var timetable = CronTimetable.Parse(pair.cron.Text);
                var end = pair.start.AddHours(2);
                var expected = new List<DateTimeOffset>();
                for (var second = pair.start.AddSeconds(1); second <= end; second = second.AddSeconds(1))
                {
                    if (pair.cron.Matches(second.DateTime))
                        expected.Add(second);
                }

                Assert.Equal(expected, timetable.Between(pair.start, end));
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

    [Fact]
    public void The_days_are_those_that_asking_every_day_finds() =>
        Prop.ForAll(
            (from cron in Days() from start in Instants() select (cron, start)).ToArbitrary(),
            pair =>
            {
                var start = new DateTimeOffset(pair.start.Date, TimeSpan.Zero);
                var expected = Enumerable.Range(1, 2000).Select(d => start.AddDays(d)).Where(d => pair.cron.MatchesDay(d.DateTime));

                Assert.Equal(expected, CronTimetable.Parse(pair.cron.Text).Between(start, start.AddDays(2000)));
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void In_every_zone_the_firings_are_those_of_the_model() =>
        Prop.ForAll(
            (from cron in Crons(seconds: false) from zone in Gen.Elements(Zones) from start in NearClockChanges(zone) select (cron, zone, start))
                .ToArbitrary(),
            given =>
            {
                var end = given.start.AddDays(2);
                var timetable = CronTimetable.Parse(given.cron.Text, given.zone.Id);

                Assert.Equal(given.cron.Firings(given.zone, given.start, end), timetable.Between(given.start, end));
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(250));

    [Fact]
    public void Next_only_ever_grows_and_previous_undoes_it() =>
        Prop.ForAll(
            (from cron in Crons(seconds: true) from zone in Gen.Elements(Zones) from start in NearClockChanges(zone) select (cron, zone, start))
                .ToArbitrary(),
            given =>
            {
                var timetable = CronTimetable.Parse(given.cron.Text, given.zone.Id);
                var firings = timetable.Between(given.start, DateTimeOffset.MaxValue).Take(12).ToList();

                Assert.All(firings.Zip(firings.Skip(1)), pair => Assert.True(pair.First < pair.Second));
                Assert.All(firings, firing => Assert.Equal(firing, timetable.NextAfter(firing.AddTicks(-1))));
                Assert.All(firings.Zip(firings.Skip(1)), pair => Assert.Equal(pair.First, timetable.PreviousBefore(pair.Second)));
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

    private static Gen<DateTimeOffset> Instants() =>
        Gen.Choose(0, 20 * 365 * 24 * 60).Select(minute => new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minute));

    /// <summary>Half of them within two days before a change of the zone's clock.</summary>
    private static Gen<DateTimeOffset> NearClockChanges(TimeZoneInfo zone)
    {
        var changes = Enumerable.Range(0, 20 * 365)
            .Select(d => new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(d))
            .Where(d => zone.GetUtcOffset(d) != zone.GetUtcOffset(d.AddDays(1)))
            .ToArray();
        return changes.Length == 0 ? Instants() : Gen.OneOf(
            Instants(),
            from change in Gen.Elements(changes) from minutes in Gen.Choose(0, 48 * 60) select change.AddDays(1).AddMinutes(-minutes));
    }

    private static Gen<CronModel> Crons(bool seconds) =>
        from second in seconds ? Numbers(0, 59) : Gen.Constant(ModelField.Value(0))
        from minute in Numbers(0, 59)
        from hour in Gen.OneOf(Gen.Constant(ModelField.Any()), Numbers(0, 23), Gen.Choose(0, 4).Select(h => ModelField.Value(h)))
        from days in Days()
        from everyDay in Gen.Choose(0, 2)
        let anyDay = everyDay > 0 || (seconds && days.IsCrontab)
        select new CronModel(
            second,
            minute,
            hour,
            anyDay ? ModelField.Any() : days.DayOfMonth,
            anyDay ? ModelField.Any() : days.Month,
            anyDay ? ModelField.Any("?") : days.DayOfWeek,
            !seconds && (anyDay || days.IsCrontab));

    /// <summary>At midnight of some days. Only one day field is restricted, or with five fields both.</summary>
    private static Gen<CronModel> Days() =>
        from dayOfMonth in Gen.OneOf(
            Numbers(1, 31),
            Gen.Choose(1, 31).Select(ModelField.Nearest),
            from offset in Gen.Choose(0, 27) from weekday in Gen.Elements(true, false) select ModelField.Last(offset, weekday))
        from plainDay in Gen.Choose(1, 31).Select(d => ModelField.Value(d))
        from month in Gen.OneOf(Gen.Constant(ModelField.Any()), Numbers(1, 12))
        from dayOfWeek in Gen.OneOf(
            Weekdays(),
            from day in Gen.Choose(0, 6) from nth in Gen.Choose(1, 5) select ModelField.Nth(day, nth),
            Gen.Choose(0, 7).Select(ModelField.LastWeekday))
        from plainWeekdays in Weekdays()
        from shape in Gen.Choose(0, 2)
        let midnight = ModelField.Value(0)
        select shape switch
        {
            0 => new CronModel(midnight, midnight, midnight, dayOfMonth, ModelField.Any(), ModelField.Any("?"), false),
            1 => new CronModel(midnight, midnight, midnight, ModelField.Any(), month, dayOfWeek, false),
            _ => new CronModel(midnight, midnight, midnight, plainDay, month, plainWeekdays, true),
        };

    private static Gen<ModelField> Weekdays() =>
        Gen.OneOf(
            Gen.Choose(0, 6).Select(d => ModelField.Value(d)),
            Gen.Constant(ModelField.Value(7, sameAs: 0)),
            from a in Gen.Choose(0, 6) from b in Gen.Choose(0, 6) from step in Gen.Choose(1, 3) select ModelField.Range(a, b, step, 0, 7));

    private static Gen<ModelField> Numbers(int min, int max)
    {
        var count = max - min + 1;
        var item = Gen.OneOf(
            Gen.Choose(min, max).Select(v => ModelField.Value(v)),
            from a in Gen.Choose(min, max) from b in Gen.Choose(min, max) from step in Gen.Choose(1, max) select ModelField.Range(a, b, step, min, count));
        return Gen.OneOf(
            Gen.Constant(ModelField.Any()),
            Gen.Choose(1, max).Select(step => ModelField.Every(step, min)),
            Gen.Choose(min, max).Select(v => ModelField.Value(v)),
            from length in Gen.Choose(1, 4) from items in item.ListOf(length) select ModelField.List([.. items]));
    }
}
