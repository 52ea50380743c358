namespace Dag.Activities.Models;

/// <summary>A number that can be taken from a column.</summary>
internal enum DatePart
{
    /// <summary>The number itself: no date.</summary>
    Value,

    Year,

    /// <summary>1 to 12.</summary>
    Month,

    /// <summary>Monday is 1, Sunday 7.</summary>
    DayOfWeek,

    /// <summary>1 to 366.</summary>
    DayOfYear,

    /// <summary>0 to 23.</summary>
    Hour,

    /// <summary>Days since the first time of the training rows, with fraction.</summary>
    ElapsedDays,
}
