namespace Dag.Workflows.Scheduling;

/// <summary>What one field of a cron expression says.</summary>
/// <param name="Field">Which field it is.</param>
/// <param name="Text">As it was written.</param>
/// <param name="Bits">The values that match; for a rule the one value that it is about.</param>
internal sealed record CronFieldSet(CronField Field, string Text, ulong Bits)
{
    /// <summary>Says a day by a rule (L, W, #), in the words of Quartz; null for plain values.</summary>
    public string? Special { get; init; }

    /// <summary>The field leaves something out.</summary>
    public bool Restricts => Special is not null || Bits != Field.All;

    /// <summary>Written as "every", with or without a step. In crontab that decides how the two day fields are combined.</summary>
    public bool StartsWithStar => Text[0] is '*' or '?';

    /// <summary>Written as a wildcard, a range or a step: a rhythm rather than single times.</summary>
    public bool IsRhythm => Text.AsSpan().IndexOfAny("*?-/") >= 0;

    /// <summary>The values that match, ascending.</summary>
    public IEnumerable<int> Values()
    {
        for (var value = 0; value < 64; value++)
        {
            if ((Bits & (1UL << value)) != 0)
                yield return value;
        }
    }
}
