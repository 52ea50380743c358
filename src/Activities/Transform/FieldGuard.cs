namespace Dag.Activities.Transform;

/// <summary>What the engine would drop from a field of a CSV file without a word, by the type of its column.</summary>
internal enum FieldGuard : byte
{
    /// <summary>Nothing: it takes the field as it is, or refuses it.</summary>
    None,

    /// <summary>Decimals: of <c>7.5</c> and of <c>15e-1</c> it makes 8 and 2.</summary>
    WholeNumber,

    /// <summary>Whatever stands behind a date.</summary>
    Date,

    /// <summary>Digits behind the microseconds of a time.</summary>
    Time,

    /// <summary>Digits behind the microseconds of a timestamp.</summary>
    Timestamp,
}
