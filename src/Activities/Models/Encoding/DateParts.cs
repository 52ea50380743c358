namespace Dag.Activities.Models;

/// <summary>Takes numbers from times.</summary>
internal static class DateParts
{
    public static readonly IReadOnlyList<DatePart> OfTime =
        [DatePart.Year, DatePart.Month, DatePart.DayOfWeek, DatePart.DayOfYear, DatePart.Hour, DatePart.ElapsedDays];

    private const double FirstSecond = -62135596800;

    private const double LastSecond = 253402300799;

    /// <summary>The part of a value; NaN for a missing value and for times outside the years 1 to 9999.</summary>
    public static double Of(DatePart part, double value, double origin)
    {
        if (part == DatePart.Value)
        {
            return value;
        }

        if (!(value >= FirstSecond && value <= LastSecond))
        {
            return double.NaN;
        }

        if (part == DatePart.ElapsedDays)
        {
            return (value - origin) / 86400;
        }

        var time = DateTime.UnixEpoch.AddSeconds(value);
        return part switch
        {
            DatePart.Year => time.Year,
            DatePart.Month => time.Month,
            DatePart.DayOfWeek => time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek,
            DatePart.DayOfYear => time.DayOfYear,
            _ => time.Hour,
        };
    }
}
