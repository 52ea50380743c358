namespace Dag.Workflows.Scheduling;

/// <summary>
/// Fires each time the interval has passed since the anchor (Elsa's Timer: the anchor is when the workflow was published). The grid is
/// fixed, so a late firing does not shift those after it.
/// </summary>
internal sealed record IntervalTimetable : Timetable
{
    /// <summary>The shortest interval.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>A timetable that first fires one interval after the anchor.</summary>
    /// <exception cref="FormatException">The interval is shorter than <see cref="Shortest"/>.</exception>
    public IntervalTimetable(TimeSpan every, DateTimeOffset anchor)
    {
        if (FaultOf(every) is { } fault)
            throw new FormatException(fault);

        Every = every;
        Anchor = anchor.ToUniversalTime();
    }

    /// <summary>The time between two firings.</summary>
    public TimeSpan Every { get; }

    /// <summary>Where the grid begins; the anchor itself does not fire.</summary>
    public DateTimeOffset Anchor { get; }

    /// <summary>What is wrong with an interval, or null.</summary>
    public static string? FaultOf(TimeSpan every) =>
        every >= Shortest ? null : $"interval '{every}': write a span above zero, at least a millisecond, such as 00:01:00";

    /// <inheritdoc/>
    public override DateTimeOffset? NextAfter(DateTimeOffset instant) => FiringAt(instant < Anchor ? 1 : Passed(instant.UtcTicks) + 1);

    /// <inheritdoc/>
    public override DateTimeOffset? PreviousBefore(DateTimeOffset instant)
    {
        var passed = instant <= Anchor ? 0 : Passed(instant.UtcTicks - 1);
        return passed == 0 ? null : FiringAt(passed);
    }

    /// <inheritdoc/>
    public override DataInterval IntervalOf(DateTimeOffset firing)
    {
        var end = firing.ToUniversalTime();
        return new DataInterval(PreviousBefore(end) ?? (end > Anchor ? Anchor : end), end);
    }

    private long Passed(long utcTicks) => (utcTicks - Anchor.UtcTicks) / Every.Ticks;

    private DateTimeOffset? FiringAt(long number)
    {
        var ticks = Anchor.UtcTicks + ((Int128)number * Every.Ticks);
        return ticks <= DateTimeOffset.MaxValue.UtcTicks ? new DateTimeOffset((long)ticks, TimeSpan.Zero) : null;
    }
}
