using Quartz;

namespace Dag.Workflows.Scheduling;

/// <summary>
/// Fires when the clock of a time zone shows what a cron expression names. Read as Elsa (Cronos) reads it with six fields, and as crontab
/// does with five; see <see cref="CronParser"/>. Quartz's expression finds the readings, this class the instants at which they are shown.
/// </summary>
/// <remarks>
/// When clocks change: a reading that is skipped fires at the first instant after the gap, together with the others of that gap and with
/// what fires there anyway. Readings that come twice fire once, the first time; but where second, minute or hour is a rhythm (a wildcard,
/// a range or a step, such as "every 15 minutes" or "hourly"), the rhythm goes on and they fire both times. No firing is lost and no daily
/// firing is doubled. This is also how Cronos and Vixie cron do it.
/// </remarks>
internal sealed record CronTimetable : Timetable
{
    private readonly CronExpression _readings;
    private readonly WallClock _clock;
    private readonly bool _isRhythm;
    private readonly int _neededDay;

    /// <param name="expression">As the user wrote it.</param>
    /// <param name="zone">The zone whose clock counts.</param>
    /// <param name="plan">What the parser made of the expression.</param>
    internal CronTimetable(string expression, TimeZoneInfo zone, CronPlan plan)
    {
        Expression = expression;
        _readings = new CronExpression(plan.Quartz, TimeZoneInfo.Utc);
        _clock = new WallClock(zone);
        _isRhythm = plan.IsRhythm;
        _neededDay = plan.NeededDay;
    }

    /// <summary>As the user wrote it.</summary>
    public string Expression { get; }

    /// <summary>The zone whose clock counts.</summary>
    public TimeZoneInfo Zone => _clock.Zone;

    /// <summary>The expression that Quartz was given.</summary>
    public string QuartzExpression => _readings.CronExpressionString;

    /// <summary>A timetable from an expression and the name of a time zone (IANA or Windows; null or blank is UTC).</summary>
    /// <param name="expression">Six fields, five fields or a macro such as <c>@daily</c>.</param>
    /// <param name="zone">Such as <c>Europe/Berlin</c>.</param>
    /// <param name="timetable">The timetable, when nothing is wrong.</param>
    /// <param name="faults">Everything that is wrong, each with the field, its value and what is allowed.</param>
    public static bool TryParse(string? expression, string? zone, out CronTimetable? timetable, out IReadOnlyList<string> faults)
    {
        var found = new List<string>();
        var plan = CronParser.Parse(expression, found);
        var info = FindZone(zone, found);
        faults = found;
        timetable = plan is not null && info is not null ? new CronTimetable(expression!, info, plan) : null;
        return timetable is not null;
    }

    /// <summary>As <see cref="TryParse"/>.</summary>
    /// <exception cref="FormatException">The expression or the zone is wrong; the message lists every fault.</exception>
    public static CronTimetable Parse(string? expression, string? zone = null) =>
        TryParse(expression, zone, out var timetable, out var faults) ? timetable! : throw new FormatException(string.Join("; ", faults));

    /// <inheritdoc/>
    public override DateTimeOffset? NextAfter(DateTimeOffset instant)
    {
        if (instant < Earliest)
            instant = Earliest.AddTicks(-1);

        var now = _clock.ReadingAt(instant);
        var next = FirstShownAfter(instant, now);
        return _isRhythm && InReplay(instant, now) is { } again && (next is null || again < next) ? again : next;
    }

    /// <inheritdoc/>
    public bool Equals(CronTimetable? other) => other is not null && Expression == other.Expression && Zone.Id == other.Zone.Id;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Expression, Zone.Id);

    /// <summary>The first instant after another at which the clock shows a reading later than now's.</summary>
    private DateTimeOffset? FirstShownAfter(DateTimeOffset instant, DateTime now)
    {
        for (var reading = NextReading(now); reading is { } named; reading = NextReading(named))
        {
            var times = _clock.Find(named);
            if (times.First > instant)
                return times.First;
            if (_isRhythm && times.Second > instant)
                return times.Second;
        }

        return null;
    }

    /// <summary>While the clock shows readings that it will show again: the first firing among those that come after it was set back.</summary>
    private DateTimeOffset? InReplay(DateTimeOffset instant, DateTime now)
    {
        var whole = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        var times = _clock.Find(whole);
        if (times.Second is not { } second || instant >= second)
            return null;

        var setBack = _clock.Change(times.First, second);
        var offset = Zone.GetUtcOffset(setBack);
        var reading = NextReading(_clock.ReadingAt(setBack).AddSeconds(-1));
        return reading is { } named ? new DateTimeOffset(named, TimeSpan.Zero) - offset : null;
    }

    /// <summary>The next reading after another that the expression names, as though no clock were ever changed.</summary>
    private DateTime? NextReading(DateTime after)
    {
        var from = new DateTimeOffset(DateTime.SpecifyKind(after, DateTimeKind.Utc));
        while (_readings.GetNextValidTimeAfter(from) is { } next)
        {
            if (DateTime.DaysInMonth(next.Year, next.Month) >= _neededDay)
                return next.UtcDateTime;

            // Quartz moves "31W" to the last weekday of a shorter month, where Elsa does not fire.
            from = new DateTimeOffset(next.Year, next.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1).AddSeconds(-1);
        }

        return null;
    }

    private static TimeZoneInfo? FindZone(string? name, List<string> faults)
    {
        if (string.IsNullOrWhiteSpace(name))
            return TimeZoneInfo.Utc;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name.Trim(), out var zone))
            return zone;

        faults.Add($"time zone '{CronFieldParser.Shorten(name)}': this machine knows none of that name; write an IANA name such as Europe/Berlin, "
            + "or leave it out for UTC");
        return null;
    }
}
