namespace Dag.Activities.Quality;

/// <summary>Texts have so many characters.</summary>
internal sealed record LengthExpectation : Expectation
{
    public required string Column { get; init; }

    public required long? Min { get; init; }

    public required long? Max { get; init; }

    protected override string Title => $"length of {Column} {Span}";

    private string Span => CheckText.Span(Min is { } min ? CheckText.Count(min) : null, Max is { } max ? CheckText.Count(max) : null);

    public static LengthExpectation Read(ExpectationMembers members)
    {
        var (min, max) = (members.Count("min"), members.Count("max"));
        if (min is null && max is null)
        {
            members.Fault("it needs min, max or both, in characters.");
        }
        else if (min > max)
        {
            members.Fault($"min {min} is over max {max}.");
        }

        return new LengthExpectation
        {
            Place = members.Place,
            Check = members.Check,
            GivenName = members.OptionalText("name"),
            Severity = members.Severity(),
            Mostly = members.Mostly(),
            Column = members.Text("column"),
            Min = min,
            Max = max,
        };
    }

    public override PlannedCheck? Plan(CheckPlanner planner)
    {
        if (planner.Column(this, Column, ValueKind.Text) is not { } column)
        {
            return null;
        }

        var value = CheckPlanner.Sql(column);
        return new RowCheck(
            this,
            CheckText.Mostly($"{Span} characters", Mostly),
            $"count({value})",
            $"coalesce(length({value}) NOT BETWEEN {Min ?? 0} AND {Max ?? long.MaxValue}, false)")
        {
            Columns = [column.Name],
        };
    }
}
