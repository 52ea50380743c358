namespace Dag.Activities.Quality;

/// <summary>The dataset has so many rows.</summary>
internal sealed record RowCountExpectation : Expectation
{
    public required long? Min { get; init; }

    public required long? Max { get; init; }

    protected override string Title => $"row count {Span}";

    private string Span => CheckText.Span(Min is { } min ? CheckText.Count(min) : null, Max is { } max ? CheckText.Count(max) : null);

    public static RowCountExpectation Read(ExpectationMembers members)
    {
        var (min, max) = (members.Count("min"), members.Count("max"));
        if (min is null && max is null)
        {
            members.Fault("it needs min, max or both.");
        }
        else if (min > max)
        {
            members.Fault($"min {min} is over max {max}.");
        }

        return new RowCountExpectation
        {
            Place = members.Place,
            Check = members.Check,
            GivenName = members.OptionalText("name"),
            Severity = members.Severity(),
            Mostly = 1,
            Min = min,
            Max = max,
        };
    }

    public override PlannedCheck Plan(CheckPlanner planner) => new TableCheck(
        this, $"{Span} rows", [], (_, rows) => new CheckMeasure(rows >= (Min ?? 0) && rows <= (Max ?? long.MaxValue), $"{CheckText.Count(rows)} rows"));
}
