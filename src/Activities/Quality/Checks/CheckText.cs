using System.Globalization;

namespace Dag.Activities.Quality;

/// <summary>Figures as people read them, the same on every machine.</summary>
internal static class CheckText
{
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Share(double value) => value.ToString("0.######%", CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>How old something is.</summary>
    public static string Age(TimeSpan age) => age < TimeSpan.Zero ? "in the future"
        : age.TotalDays >= 2 ? $"{Count((long)age.TotalDays)} days ago"
        : age.TotalHours >= 2 ? $"{Count((long)age.TotalHours)} hours ago"
        : $"{Count((long)age.TotalMinutes)} minutes ago";

    /// <summary>How many rows fail.</summary>
    public static string Failing(long failing, long looked) => looked == 0 ? "no row to look at"
        : failing == 0 ? $"all {Count(looked)} rows do"
        : $"{Count(failing)} of {Count(looked)} rows fail ({Share((double)failing / looked)})";

    /// <summary>What of the rows must meet it.</summary>
    public static string Mostly(string what, double mostly) => mostly >= 1 ? what : $"{what} in at least {Share(mostly)} of the rows";

    /// <summary>A span with ends that may be missing, such as <c>at least 3</c>.</summary>
    public static string Span(string? min, string? max, bool strictMin = false, bool strictMax = false) => (min, max) switch
    {
        ({ } low, { } high) when low == high => $"exactly {low}",
        ({ } low, { } high) when !strictMin && !strictMax => $"between {low} and {high}",
        ({ } low, { } high) => $"{(strictMin ? "over" : "at least")} {low} and {(strictMax ? "under" : "at most")} {high}",
        ({ } low, null) => $"{(strictMin ? "over" : "at least")} {low}",
        (null, { } high) => $"{(strictMax ? "under" : "at most")} {high}",
        _ => "anything",
    };
}
