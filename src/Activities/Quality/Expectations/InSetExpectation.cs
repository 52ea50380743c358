using System.Text.Json;

namespace Dag.Activities.Quality;

/// <summary>The values of a column are among those listed.</summary>
internal sealed record InSetExpectation : Expectation
{
    private const int MostShown = 10;

    public required string Column { get; init; }

    public required IReadOnlyList<JsonElement> Values { get; init; }

    protected override string Title => $"{Column} in {Listed}";

    private string Listed => $"[{string.Join(", ", Values.Take(MostShown))}{(Values.Count > MostShown ? $" and {Values.Count - MostShown} more" : "")}]";

    public static InSetExpectation Read(ExpectationMembers members)
    {
        IReadOnlyList<JsonElement> values = members.Find("values") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(v => v.Clone())]
            : [];
        if (values.Count == 0)
        {
            members.Fault("values must be a list with at least one value.");
        }

        return new InSetExpectation
        {
            Place = members.Place,
            Check = members.Check,
            GivenName = members.OptionalText("name"),
            Severity = members.Severity(),
            Mostly = members.Mostly(),
            Column = members.Text("column"),
            Values = values,
        };
    }

    public override PlannedCheck? Plan(CheckPlanner planner)
    {
        if (planner.Column(this, Column, ValueKind.Number, ValueKind.Text, ValueKind.Time, ValueKind.Boolean) is not { } column)
        {
            return null;
        }

        var literals = Values.Select(v => planner.Literal(this, "a value", column, v)).ToList();
        var value = CheckPlanner.Sql(column);
        return literals.Contains(null) || literals.Count == 0 ? null
            : new RowCheck(
                this, CheckText.Mostly($"one of {Listed}", Mostly), $"count({value})", $"coalesce({value} NOT IN ({string.Join(", ", literals)}), false)")
            {
                Columns = [column.Name],
            };
    }
}
