namespace Dag.Workflows.Scheduling;

/// <summary>What a cron expression comes to.</summary>
/// <param name="Quartz">The same in Quartz's words.</param>
/// <param name="IsRhythm">Second, minute or hour is a wildcard, a range or a step.</param>
/// <param name="NeededDay">Months that are shorter do not fire; 0 for most expressions.</param>
internal sealed record CronPlan(string Quartz, bool IsRhythm, int NeededDay);

/// <summary>
/// Reads cron expressions: six fields as Elsa writes them (second minute hour day-of-month month day-of-week), five as crontab does
/// (no second), or a macro. Days of the week are 0 to 7 with 0 and 7 for Sunday, as in both and unlike Quartz's numbers.
/// </summary>
/// <remarks>
/// Where the two day fields are both restricted, Elsa fires when both match and crontab when either does, as Quartz. So that is accepted
/// with five fields and refused with six. Crontab itself makes one exception: when one of the two starts with a star (<c>*/2</c>), both
/// must match; that is refused too, as are L, W and # there.
/// </remarks>
internal static class CronParser
{
    private const int LongestExpression = 1000;
    private const string Shape =
        "write six fields (second minute hour day-of-month month day-of-week), five (without the second) or a macro such as @daily";

    private static readonly CronField[] Fields =
        [CronField.Second, CronField.Minute, CronField.Hour, CronField.DayOfMonth, CronField.Month, CronField.DayOfWeek];

    /// <summary>Reads the expression; null, and everything that is wrong with it added to the faults, when it cannot be read.</summary>
    public static CronPlan? Parse(string? expression, List<string> faults)
    {
        if (string.IsNullOrWhiteSpace(expression))
        {
            faults.Add($"the cron expression is empty: {Shape}");
            return null;
        }

        if (expression.Length > LongestExpression)
        {
            faults.Add($"cron '{CronFieldParser.Shorten(expression)}' has {expression.Length} characters, more than {LongestExpression}: {Shape}");
            return null;
        }

        return Texts(expression.Trim(), faults) is { } texts ? Plan(expression, texts, faults) : null;
    }

    /// <summary>The fields as written, five or six of them.</summary>
    private static string[]? Texts(string expression, List<string> faults)
    {
        if (expression[0] == '@')
        {
            var meaning = Macro(expression);
            if (meaning is null)
            {
                faults.Add($"cron macro '{CronFieldParser.Shorten(expression)}' is not known: write @every_second, @every_minute, @hourly, "
                    + "@daily, @midnight, @weekly, @monthly, @yearly or @annually");
            }

            return meaning?.Split(' ');
        }

        var texts = expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (texts.Length is 5 or 6)
            return texts;

        var year = texts.Length == 7 ? "; leave out the last one, Quartz's year" : "";
        faults.Add($"cron '{CronFieldParser.Shorten(expression)}' has {texts.Length} field{(texts.Length == 1 ? "" : "s")}: {Shape}{year}");
        return null;
    }

    private static string? Macro(string expression) => expression.ToLowerInvariant() switch
    {
        "@every_second" => "* * * * * *",
        "@every_minute" => "0 * * * * *",
        "@hourly" => "0 0 * * * *",
        "@daily" or "@midnight" => "0 0 0 * * *",
        "@weekly" => "0 0 0 * * 0",
        "@monthly" => "0 0 0 1 * *",
        "@yearly" or "@annually" => "0 0 0 1 1 *",
        _ => null,
    };

    private static CronPlan? Plan(string expression, string[] texts, List<string> faults)
    {
        var isCrontab = texts.Length == 5;
        if (isCrontab)
            texts = ["0", .. texts];

        var sets = new CronFieldSet[Fields.Length];
        var before = faults.Count;
        for (var i = 0; i < Fields.Length; i++)
        {
            if (CronFieldParser.TryParse(Fields[i], texts[i], out var set, out var fault))
                sets[i] = set!;
            else
                faults.Add($"cron '{CronFieldParser.Shorten(expression)}': {fault}");
        }

        if (faults.Count == before && (FaultOfDays(sets[3], sets[5], isCrontab) ?? FaultOfDates(sets[3], sets[4], sets[5], isCrontab)) is { } wrong)
            faults.Add($"cron '{CronFieldParser.Shorten(expression)}': {wrong}");

        return faults.Count == before ? Translate(sets, isCrontab) : null;
    }

    /// <summary>Both day fields are restricted, and not meant as Quartz means it.</summary>
    private static string? FaultOfDays(CronFieldSet dayOfMonth, CronFieldSet dayOfWeek, bool isCrontab)
    {
        if (!dayOfMonth.Restricts || !dayOfWeek.Restricts)
            return null;

        const string fix = "put ? in one of the two, or say a weekday's place in the month with # or L (FRI#2, FRIL)";
        if (!isCrontab)
        {
            return $"day of month '{dayOfMonth.Text}' and day of week '{dayOfWeek.Text}' are both restricted, which Elsa reads as \"both match\" "
                + $"and Quartz, which fires it here, as \"either matches\": {fix}";
        }

        if (dayOfMonth.StartsWithStar || dayOfWeek.StartsWithStar)
        {
            return $"day of month '{dayOfMonth.Text}' and day of week '{dayOfWeek.Text}' are both restricted and one starts with *, which crontab "
                + $"reads as \"both match\" and Quartz, which fires it here, as \"either matches\": {fix}";
        }

        return dayOfMonth.Special is null && dayOfWeek.Special is null ? null
            : $"day of month '{dayOfMonth.Text}' and day of week '{dayOfWeek.Text}' are both restricted, and crontab knows no L, W and #, so that "
                + "this could mean \"both match\" or \"either matches\": put ? in one of the two";
    }

    /// <summary>No month of the expression has such a day.</summary>
    private static string? FaultOfDates(CronFieldSet dayOfMonth, CronFieldSet month, CronFieldSet dayOfWeek, bool isCrontab)
    {
        if (!dayOfMonth.Restricts || dayOfWeek.Restricts || IsEither(dayOfMonth, dayOfWeek, isCrontab))
            return null;

        var longest = month.Values().Max(m => DateTime.DaysInMonth(2000, m));
        var isFromEnd = dayOfMonth.Special?[0] == 'L';
        var first = isFromEnd ? 32 - dayOfMonth.Values().First() : dayOfMonth.Values().First();
        return first <= longest ? null
            : $"day of month '{dayOfMonth.Text}' with month '{month.Text}' never comes: the longest of these months has {longest} days";
    }

    /// <summary>Crontab fires when either day field matches, unless one is written with a star.</summary>
    private static bool IsEither(CronFieldSet dayOfMonth, CronFieldSet dayOfWeek, bool isCrontab) =>
        isCrontab && !dayOfMonth.StartsWithStar && !dayOfWeek.StartsWithStar;

    private static CronPlan Translate(CronFieldSet[] sets, bool isCrontab)
    {
        var (dayOfMonth, dayOfWeek) = (sets[3], sets[5]);
        var anyDay = IsEither(dayOfMonth, dayOfWeek, isCrontab) && !(dayOfMonth.Restricts && dayOfWeek.Restricts);
        var days = anyDay || !dayOfMonth.Restricts ? "?" : Words(dayOfMonth);
        var weekdays = anyDay || !dayOfWeek.Restricts ? "?" : Words(dayOfWeek);
        return new CronPlan(
            string.Join(' ', Words(sets[0]), Words(sets[1]), Words(sets[2]), days, Words(sets[4]), weekdays),
            sets[0].IsRhythm || sets[1].IsRhythm || sets[2].IsRhythm,
            dayOfMonth.Special is { } special && char.IsAsciiDigit(special[0]) ? dayOfMonth.Values().First() : 0);
    }

    /// <summary>Plain values as a list, so that only the simplest of Quartz's syntax is relied on; weekdays by name, their numbers differ.</summary>
    private static string Words(CronFieldSet set)
    {
        if (set.Special is { } special)
            return special;
        if (!set.Restricts)
            return "*";
        return string.Join(',', set.Values().Select(v => set.Field == CronField.DayOfWeek ? set.Field.Names[v] : $"{v}"));
    }
}
