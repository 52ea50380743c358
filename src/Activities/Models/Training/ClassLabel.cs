using System.Globalization;

namespace Dag.Activities.Models;

/// <summary>Writes the value of a target as the label of a class.</summary>
internal static class ClassLabel
{
    public static string Of(double number, ColumnKind kind) =>
        kind == ColumnKind.Boolean ? (number != 0 ? "true" : "false") : number.ToString("R", CultureInfo.InvariantCulture);
}
