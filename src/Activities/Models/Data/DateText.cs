using System.Globalization;

namespace Dag.Activities.Models;

/// <summary>Reads dates that a data set keeps as text: year first, with or without a time of day.</summary>
internal static class DateText
{
    private static readonly string[] s_formats = [.. Formats()];

    /// <summary>Seconds since 1970, or NaN when the text is no date. An offset is applied; without one the clock is the column's own.</summary>
    public static double Parse(string text) =>
        DateTimeOffset.TryParseExact(
            text, s_formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var time)
            ? (time - DateTimeOffset.UnixEpoch).TotalSeconds
            : double.NaN;

    /// <summary>The column as times when every text in it is a date, else the column itself.</summary>
    public static ModelColumn Recognise(ModelColumn column)
    {
        if (column.Kind != ColumnKind.Text || column.Texts.Length < 2)
        {
            return column;
        }

        foreach (var text in column.Texts)
        {
            if (double.IsNaN(Parse(text)))
            {
                return column;
            }
        }

        return column.As(ColumnKind.Time);
    }

    private static IEnumerable<string> Formats()
    {
        foreach (var date in (string[])["yyyy-MM-dd", "yyyy/MM/dd", "yyyy.MM.dd"])
        {
            yield return date;
            foreach (var separator in (string[])[" ", "'T'"])
            {
                yield return $"{date}{separator}HH:mm";
                yield return $"{date}{separator}HH:mm:ss";
                yield return $"{date}{separator}HH:mm:ss.FFFFFFF";
                yield return $"{date}{separator}HH:mmK";
                yield return $"{date}{separator}HH:mm:ssK";
                yield return $"{date}{separator}HH:mm:ss.FFFFFFFK";
            }
        }
    }
}
