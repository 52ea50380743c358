namespace Dag.Workflows.Scheduling;

/// <summary>
/// When a schedule fires: the one answer that arming, previews, catch-up and data intervals share. Pure and immutable: it asks no
/// clock. All instants it returns are in UTC.
/// </summary>
internal abstract record Timetable
{
    /// <summary>No firing is looked for before this instant.</summary>
    public static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;

    /// <summary>The first firing strictly after the instant; null when there is none, or none within about a century.</summary>
    public abstract DateTimeOffset? NextAfter(DateTimeOffset instant);

    /// <summary>The last firing strictly before the instant; null when there was none since <see cref="Earliest"/>.</summary>
    public virtual DateTimeOffset? PreviousBefore(DateTimeOffset instant)
    {
        if (FiringBefore(instant) is not { } last)
            return null;

        // Some firing lies in [last, until): halve that span until the firing found is the one right before the instant.
        var until = instant;
        while (NextAfter(last) is { } following && following < instant)
        {
            var middle = last + ((until - last) / 2);
            if (NextAfter(middle) is { } next && next < instant)
                last = next;
            else if (middle > last)
                until = middle;
            else
                last = following;
        }

        return last;
    }

    /// <summary>The firings strictly after one instant up to and including another, computed one by one as they are asked for.</summary>
    public IEnumerable<DateTimeOffset> Between(DateTimeOffset after, DateTimeOffset until)
    {
        for (var next = NextAfter(after); next is { } firing && firing <= until; next = NextAfter(firing))
            yield return firing;
    }

    /// <summary>What the firing at this instant is for: the span since the firing before it.</summary>
    public virtual DataInterval IntervalOf(DateTimeOffset firing)
    {
        var end = firing.ToUniversalTime();
        return new DataInterval(PreviousBefore(end) ?? end, end);
    }

    /// <summary>Any firing before the instant, looked for further and further back.</summary>
    private DateTimeOffset? FiringBefore(DateTimeOffset instant)
    {
        for (var back = TimeSpan.FromMinutes(1); instant > Earliest; back *= 4)
        {
            var from = instant - Earliest > back ? instant - back : Earliest;
            if (NextAfter(from) is { } found && found < instant)
                return found;
            if (from == Earliest)
                return null;
        }

        return null;
    }
}
