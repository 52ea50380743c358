namespace Dag.Workflows.Scheduling;

/// <summary>What a zone's clock shows at an instant, and at which instants it shows a reading.</summary>
/// <remarks>
/// Only offsets at instants are asked of <see cref="TimeZoneInfo"/>, so shifts of any length are found: half an hour on Lord Howe, and
/// the whole day that Samoa left out.
/// </remarks>
internal sealed class WallClock(TimeZoneInfo zone)
{
    // No offset is further from UTC than 14 hours, so an offset this far from a reading is surely the one before, or after, a change near it.
    private static readonly TimeSpan BeyondAnyOffset = TimeSpan.FromHours(15);
    private static readonly DateTimeOffset First = DateTimeOffset.MinValue.AddDays(2);
    private static readonly DateTimeOffset Last = DateTimeOffset.MaxValue.AddDays(-2);

    /// <summary>The zone.</summary>
    public TimeZoneInfo Zone => zone;

    /// <summary>What the clock shows.</summary>
    public DateTime ReadingAt(DateTimeOffset instant) => instant.UtcDateTime + zone.GetUtcOffset(instant);

    /// <summary>When the clock shows the reading.</summary>
    public ReadingTimes Find(DateTime reading)
    {
        var utc = Clamp(new DateTimeOffset(DateTime.SpecifyKind(reading, DateTimeKind.Unspecified), TimeSpan.Zero));
        var before = zone.GetUtcOffset(utc - BeyondAnyOffset);
        var after = zone.GetUtcOffset(utc + BeyondAnyOffset);
        if (before == after)
            return new ReadingTimes(utc - before, null, false);

        var early = utc - before;
        var late = utc - after;
        return (zone.GetUtcOffset(early) == before, zone.GetUtcOffset(late) == after) switch
        {
            (true, true) => new ReadingTimes(early, late, false),
            (true, false) => new ReadingTimes(early, null, false),
            (false, true) => new ReadingTimes(late, null, false),
            (false, false) => new ReadingTimes(Change(late, early), null, true),
        };
    }

    /// <summary>The first instant after a change of offset that lies between two instants, to the second.</summary>
    public DateTimeOffset Change(DateTimeOffset before, DateTimeOffset after)
    {
        var old = zone.GetUtcOffset(before);
        while (after - before > TimeSpan.FromSeconds(1))
        {
            var middle = before + TimeSpan.FromSeconds(Math.Floor((after - before).TotalSeconds / 2));
            if (zone.GetUtcOffset(middle) == old)
                before = middle;
            else
                after = middle;
        }

        return after;
    }

    private static DateTimeOffset Clamp(DateTimeOffset instant) => instant < First ? First : instant > Last ? Last : instant;
}

/// <summary>The instants at which a clock shows a reading.</summary>
/// <param name="First">The first; for a skipped reading the instant at which the clock jumped over it.</param>
/// <param name="Second">The second, when the clock was set back over the reading.</param>
/// <param name="Skipped">The clock was set forward over the reading: it never shows it.</param>
internal readonly record struct ReadingTimes(DateTimeOffset First, DateTimeOffset? Second, bool Skipped);
