using System.Globalization;

namespace Dag.Activities.Models;

/// <summary>
/// Reads dates that a data set keeps as text: year first, divided by <c>- / .</c>, with or without a time of day, fractions of a second and
/// an offset. By hand, because columns hold millions of them.
/// </summary>
internal static class DateText
{
    private const int DateLength = 10;

    /// <summary>
    /// Seconds since 1970, or NaN when the text is no date. An offset is applied; without one the clock is the column's own.
    /// </summary>
    public static double Parse(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.Length < DateLength || text[4] is not ('-' or '/' or '.') || text[7] != text[4])
        {
            return double.NaN;
        }

        var (year, month, day) = (Digits(text[..4]), Digits(text[5..7]), Digits(text[8..10]));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return double.NaN;
        }

        var midnight = (new DateTime(year, month, day) - DateTime.UnixEpoch).TotalSeconds;
        return text.Length == DateLength ? midnight
            : text[DateLength] is ' ' or 'T' ? midnight + TimeOfDay(text[(DateLength + 1)..])
            : double.NaN;
    }

    /// <summary>The table with those columns of text as times in which every text is a date.</summary>
    public static ModelTable Recognise(ModelTable table)
    {
        var columns = table.Columns.Select(c => IsDates(c) ? c.As(ColumnKind.Time) : c).ToList();
        return new ModelTable(columns, table.Hashes) { SourceRows = table.SourceRows, Unusable = table.Unusable };
    }

    private static bool IsDates(ModelColumn column)
    {
        if (column.Kind != ColumnKind.Text || column.Texts.Length < 2)
        {
            return false;
        }

        foreach (var text in column.Texts)
        {
            if (double.IsNaN(Parse(text)))
            {
                return false;
            }
        }

        return true;
    }

    // Seconds since midnight, less the offset: HH:mm, HH:mm:ss or HH:mm:ss.fff, and then nothing, Z or ±HH:mm.
    private static double TimeOfDay(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny('Z', '+', '-');
        var clock = end < 0 ? text : text[..end];
        var offset = end < 0 || text[end..] is "Z" ? 0 : HoursAndMinutes(text[(end + 1)..], 14);
        var seconds = clock.Length <= 5 ? 0 : clock[5] == ':' ? Seconds(clock[6..]) : double.NaN;
        return HoursAndMinutes(clock[..Math.Min(5, clock.Length)], 23) + seconds - (end >= 0 && text[end] == '-' ? -offset : offset);
    }

    private static double HoursAndMinutes(ReadOnlySpan<char> text, int mostHours)
    {
        var (hours, minutes) = text.Length == 5 && text[2] == ':' ? (Digits(text[..2]), Digits(text[3..])) : (-1, -1);
        return hours < 0 || hours > mostHours || minutes is < 0 or > 59 ? double.NaN : (hours * 3600) + (minutes * 60);
    }

    private static double Seconds(ReadOnlySpan<char> text) =>
        text.Length >= 2 && Digits(text[..2]) is >= 0 and < 60
        && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) ? seconds : double.NaN;

    private static int Digits(ReadOnlySpan<char> text)
    {
        var number = 0;
        foreach (var character in text)
        {
            if (!char.IsAsciiDigit(character))
            {
                return -1;
            }

            number = (number * 10) + character - '0';
        }

        return number;
    }
}
