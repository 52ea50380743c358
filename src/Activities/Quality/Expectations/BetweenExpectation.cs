using System.Text.Json;

namespace Dag.Activities.Quality;

/// <summary>The values of a column lie between two ends, of which one may be missing. What is no number (NaN) lies nowhere.</summary>
internal sealed record BetweenExpectation : Expectation
{
    public required string Column { get; init; }

    public required JsonElement? Min { get; init; }

    public required JsonElement? Max { get; init; }

    public required bool StrictMin { get; init; }

    public required bool StrictMax { get; init; }

    protected override string Title => $"{Column} {Span}";

    private string Span => CheckText.Span(Min?.ToString(), Max?.ToString(), StrictMin, StrictMax);

    public static BetweenExpectation Read(ExpectationMembers members)
    {
        var (min, max) = (members.Find("min")?.Clone(), members.Find("max")?.Clone());
        if (min is null && max is null)
        {
            members.Fault("it needs min, max or both.");
        }
        else if (min is { ValueKind: JsonValueKind.Number } low && max is { ValueKind: JsonValueKind.Number } high && low.GetDouble() > high.GetDouble())
        {
            members.Fault($"min {low} is over max {high}.");
        }

        return new BetweenExpectation
        {
            Place = members.Place,
            Check = members.Check,
            GivenName = members.OptionalText("name"),
            Severity = members.Severity(),
            Mostly = members.Mostly(),
            Column = members.Text("column"),
            Min = min,
            Max = max,
            StrictMin = members.Flag("strictMin"),
            StrictMax = members.Flag("strictMax"),
        };
    }

    public override PlannedCheck? Plan(CheckPlanner planner)
    {
        if (planner.Column(this, Column, ValueKind.Number, ValueKind.Text, ValueKind.Time) is not { } column)
        {
            return null;
        }

        var value = CheckPlanner.Sql(column);
        var low = Min is { } min ? planner.Literal(this, "min", column, min) : null;
        var high = Max is { } max ? planner.Literal(this, "max", column, max) : null;
        var ends = new List<string>();
        if (low is not null)
        {
            ends.Add($"{value} {(StrictMin ? ">" : ">=")} {low}");
        }

        if (high is not null)
        {
            ends.Add($"{value} {(StrictMax ? "<" : "<=")} {high}");
        }

        if (ValueKinds.MayBeNaN(column))
        {
            ends.Add($"NOT isnan({value})");
        }

        return (low is null) == (Min is null) && (high is null) == (Max is null) && ends.Count > 0
            ? new RowCheck(this, CheckText.Mostly(Span, Mostly), $"count({value})", $"coalesce(NOT ({string.Join(" AND ", ends)}), false)")
            {
                Columns = [column.Name],
            }
            : null;
    }
}
