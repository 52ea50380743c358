namespace Dag.Activities.Models;

/// <summary>What a column of a training table holds.</summary>
internal enum ColumnKind
{
    /// <summary>Numbers.</summary>
    Number,

    /// <summary>False or true, kept as 0 and 1.</summary>
    Boolean,

    /// <summary>Dates and times, kept as seconds since 1970 in the column's own clock.</summary>
    Time,

    /// <summary>Text, kept as codes of the distinct values.</summary>
    Text,
}
