using System.Globalization;

namespace Dag.Workflows.Tests.Scheduling;

/// <summary>
/// A slow, plain reading of cron, of which one can see that it is right: it asks of every second or minute whether it matches. Made from
/// the same random parts as the text that the timetable gets, so it shares no parser with it.
/// </summary>
internal sealed record CronModel(ModelField Second, ModelField Minute, ModelField Hour, ModelField DayOfMonth, ModelField Month, ModelField DayOfWeek, bool IsCrontab)
{
    public string Text => string.Join(' ', (IsCrontab ? [] : new[] { Second.Text }).Concat([Minute.Text, Hour.Text, DayOfMonth.Text, Month.Text, DayOfWeek.Text]));

    public bool IsRhythm => new[] { Second, Minute, Hour }.Any(f => f.Text.IndexOfAny(['*', '-', '/', '?']) >= 0);

    public override string ToString() => Text;

    public bool Matches(DateTime reading) =>
        MatchesDay(reading)
        && Second.Matches(reading.Second, reading)
        && Minute.Matches(reading.Minute, reading)
        && Hour.Matches(reading.Hour, reading);

    public bool MatchesDay(DateTime day)
    {
        var month = Month.Matches(day.Month, day);
        var dayOfMonth = DayOfMonth.Matches(day.Day, day);
        var dayOfWeek = DayOfWeek.Matches((int)day.DayOfWeek, day);
        var either = IsCrontab && DayOfMonth.Text[0] is not ('*' or '?') && DayOfWeek.Text[0] is not ('*' or '?');
        return month && (either ? dayOfMonth || dayOfWeek : dayOfMonth && dayOfWeek);
    }

    /// <summary>All firings of a span in a zone, in order; the expression must have second 0 only.</summary>
    public List<DateTimeOffset> Firings(TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset until)
    {
        var shown = new SortedDictionary<DateTime, List<DateTimeOffset>>();
        for (var instant = from.AddDays(-1); instant <= until.AddDays(1); instant = instant.AddMinutes(1))
        {
            var reading = TimeZoneInfo.ConvertTime(instant, zone).DateTime;
            if (!shown.TryGetValue(reading, out var instants))
                shown[reading] = instants = [];
            instants.Add(instant);
        }

        var firings = new SortedSet<DateTimeOffset>();
        var readings = shown.Keys.ToList();
        var next = 0;
        for (var reading = readings[0]; reading <= readings[^1]; reading = reading.AddMinutes(1))
        {
            while (readings[next] < reading)
                next++;
            if (!Matches(reading))
                continue;

            var instants = shown[readings[next]];
            firings.UnionWith(IsRhythm && readings[next] == reading ? instants : instants.Take(1));
        }

        return [.. firings.Where(f => f > from && f <= until)];
    }
}

/// <summary>A field as text, and what it matches.</summary>
internal sealed record ModelField(string Text, Func<int, DateTime, bool> Matches)
{
    private static readonly string[] WeekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    public static ModelField Any(string text = "*") => new(text, (_, _) => true);

    public static ModelField Value(int value, int sameAs = -1) =>
        new(value.ToString(CultureInfo.InvariantCulture), (v, _) => v == value || (sameAs >= 0 && v == sameAs));

    /// <summary>A list of items is whatever one of them is.</summary>
    public static ModelField List(IReadOnlyList<ModelField> items) =>
        new(string.Join(',', items.Select(i => i.Text)), (v, day) => items.Any(i => i.Matches(v, day)));

    /// <summary>A range with a step walks from its start, and over the end of the field where the range wraps.</summary>
    public static ModelField Range(int from, int to, int step, int min, int count)
    {
        var members = new HashSet<int>();
        var length = ((to - from + count) % count) + 1;
        for (var i = 0; i < length; i += step)
            members.Add(((from - min + i) % count) + min);
        return new ModelField(step == 1 ? $"{from}-{to}" : $"{from}-{to}/{step}", (v, _) => members.Contains(v));
    }

    public static ModelField Every(int step, int min) => new($"*/{step}", (v, _) => (v - min) % step == 0);

    public static ModelField Last(int offset, bool weekday) => new(
        (offset == 0 ? "L" : $"L-{offset}") + (weekday ? "W" : ""),
        (_, day) =>
        {
            var target = DateTime.DaysInMonth(day.Year, day.Month) - offset;
            return target >= 1 && day.Day == (weekday ? NearestWeekday(day, target) : target);
        });

    public static ModelField Nearest(int day) => new(
        $"{day}W",
        (_, date) => day <= DateTime.DaysInMonth(date.Year, date.Month) && date.Day == NearestWeekday(date, day));

    public static ModelField Nth(int weekday, int nth) => new(
        $"{WeekdayNames[weekday]}#{nth}",
        (v, date) => v == weekday && ((date.Day - 1) / 7) + 1 == nth);

    public static ModelField LastWeekday(int weekday) => new(
        $"{weekday}L",
        (v, date) => v == weekday % 7 && date.Day + 7 > DateTime.DaysInMonth(date.Year, date.Month));

    private static int NearestWeekday(DateTime month, int day)
    {
        bool IsWeekday(int d) => d >= 1 && d <= DateTime.DaysInMonth(month.Year, month.Month)
            && new DateTime(month.Year, month.Month, d).DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

        return new[] { 0, -1, 1, -2, 2 }.Select(distance => day + distance).First(IsWeekday);
    }
}
