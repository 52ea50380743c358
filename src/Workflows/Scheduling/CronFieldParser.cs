namespace Dag.Workflows.Scheduling;

/// <summary>Reads one field of a cron expression.</summary>
internal static class CronFieldParser
{
    private const int LongestShown = 40;

    /// <summary>Reads the field, or says what is wrong with it.</summary>
    public static bool TryParse(CronField field, string text, out CronFieldSet? set, out string? fault)
    {
        set = Rule(field, text, out var problem);
        if (set is null && problem is null && Values(field, text, out var bits, out problem))
            set = new CronFieldSet(field, text, bits);

        fault = set is null ? $"{field.Name} '{Shorten(text)}': {problem}; allowed are {field.Allowed}" : null;
        return set is not null;
    }

    /// <summary>At most a few dozen characters of what the user wrote.</summary>
    public static string Shorten(string text) => text.Length <= LongestShown ? text : string.Concat(text.AsSpan(0, LongestShown), "…");

    /// <summary>A day given by a rule: L, L-3, LW, L-3W, 15W, FRIL, FRI#2.</summary>
    private static CronFieldSet? Rule(CronField field, string text, out string? problem)
    {
        problem = null;
        if (field == CronField.DayOfMonth)
            return DayOfMonthRule(text, out problem);
        return field == CronField.DayOfWeek ? DayOfWeekRule(text, out problem) : null;
    }

    private static CronFieldSet? DayOfMonthRule(string text, out string? problem)
    {
        problem = null;
        var upper = text.ToUpperInvariant();
        if (!upper.AsSpan().ContainsAny('L', 'W'))
            return null;

        var weekday = upper.EndsWith('W');
        var day = weekday ? upper.AsSpan(0, upper.Length - 1) : upper;
        if (weekday && CronField.DayOfMonth.TryValue(day, out var nearest))
            return new CronFieldSet(CronField.DayOfMonth, text, CronField.DayOfMonth.Bit(nearest)) { Special = $"{nearest}W" };

        if (day.SequenceEqual("L"))
            return new CronFieldSet(CronField.DayOfMonth, text, CronField.DayOfMonth.Bit(31)) { Special = upper };

        if (day.StartsWith("L-") && CronField.TryNumber(day[2..], out var offset) && offset is >= 0 and <= 30)
        {
            var special = offset == 0 ? "L" : $"L-{offset}";
            return new CronFieldSet(CronField.DayOfMonth, text, CronField.DayOfMonth.Bit(31 - offset)) { Special = weekday ? special + "W" : special };
        }

        problem = upper.Contains(',') ? "L and W stand alone, not in a list" : "this is no day";
        return null;
    }

    private static CronFieldSet? DayOfWeekRule(string text, out string? problem)
    {
        problem = null;
        var field = CronField.DayOfWeek;
        var hash = text.IndexOf('#');
        if (hash >= 0)
        {
            if (field.TryValue(text.AsSpan(0, hash), out var day) && CronField.TryNumber(text.AsSpan(hash + 1), out var nth) && nth is >= 1 and <= 5)
                return new CronFieldSet(field, text, field.Bit(day)) { Special = $"{field.Names[day % 7]}#{nth}" };

            problem = text.Contains(',') ? "# stands alone, not in a list" : "write a day and its number from 1 to 5, such as FRI#2";
            return null;
        }

        if (text[^1] is not ('L' or 'l'))
            return null;

        if (field.TryValue(text.AsSpan(0, text.Length - 1), out var last))
            return new CronFieldSet(field, text, field.Bit(last)) { Special = $"{field.Names[last % 7]}L" };

        problem = text.Contains(',') ? "L stands alone, not in a list" : "L needs a day before it, such as FRIL for the last Friday of the month";
        return null;
    }

    private static bool Values(CronField field, string text, out ulong bits, out string? problem)
    {
        bits = 0;
        problem = null;
        if (text is "*" or "?")
        {
            bits = field.All;
            return true;
        }

        var isList = text.Contains(',');
        foreach (var range in text.AsSpan().Split(','))
        {
            if (!Item(field, text.AsSpan(range), isList, ref bits, out problem))
                return false;
        }

        return true;
    }

    /// <summary>One item of a list: a value, a range, or either with a step.</summary>
    private static bool Item(CronField field, ReadOnlySpan<char> item, bool inList, ref ulong bits, out string? problem)
    {
        var slash = item.IndexOf('/');
        var step = 1;
        if (slash >= 0 && !(CronField.TryNumber(item[(slash + 1)..], out step) && step >= 1 && step <= field.Max))
        {
            problem = $"the step '{Shorten(item[(slash + 1)..].ToString())}' must be a number from 1 to {field.Max}";
            return false;
        }

        var span = slash >= 0 ? item[..slash] : item;
        if (span.SequenceEqual("*"))
        {
            problem = inList ? "* stands alone, not in a list" : null;
            bits |= Walk(field, field.Min, field.Max, step);
            return !inList;
        }

        var dash = span.IndexOf('-');
        if (!field.TryValue(dash >= 0 ? span[..dash] : span, out var from))
        {
            problem = NotAValue(dash >= 0 ? span[..dash] : span);
            return false;
        }

        // A step without a range runs to the field's end.
        var to = slash >= 0 ? field.Max : from;
        if (dash >= 0 && !field.TryValue(span[(dash + 1)..], out to))
        {
            problem = NotAValue(span[(dash + 1)..]);
            return false;
        }

        problem = null;
        bits |= Walk(field, from, to, step);
        return true;
    }

    private static string NotAValue(ReadOnlySpan<char> value) =>
        value.IsEmpty ? "a value is missing" : $"'{Shorten(value.ToString())}' is not one of its values";

    /// <summary>The values from one to another by steps; a range whose end is before its start goes on at the field's beginning.</summary>
    private static ulong Walk(CronField field, int from, int to, int step)
    {
        var end = to >= from ? to : to + field.Count;
        var bits = 0UL;
        for (var value = from; value <= end; value += step)
            bits |= field.Bit(value > field.Max ? value - field.Count : value);
        return bits;
    }
}
