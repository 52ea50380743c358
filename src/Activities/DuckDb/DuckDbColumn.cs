namespace Dag.Activities.DuckDb;

/// <summary>A column of a result.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Width">Digits in all, for a decimal; otherwise 0.</param>
/// <param name="Scale">Digits after the point, for a decimal; otherwise 0.</param>
public sealed record DuckDbColumn(string Name, DuckDbType Type, byte Width = 0, byte Scale = 0)
{
    /// <summary>Whether values are numbers that <see cref="DuckDbVector.GetDouble"/> reads.</summary>
    public bool IsNumeric => Type is >= DuckDbType.TinyInt and <= DuckDbType.Double
        or DuckDbType.HugeInt or DuckDbType.UHugeInt or DuckDbType.Decimal;
}
