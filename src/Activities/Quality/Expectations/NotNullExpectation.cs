namespace Dag.Activities.Quality;

/// <summary>Every row has a value in a column.</summary>
internal sealed record NotNullExpectation : Expectation
{
    public required string Column { get; init; }

    protected override string Title => $"{Column} not null";

    public static NotNullExpectation Read(ExpectationMembers members) => new()
    {
        Place = members.Place,
        Check = members.Check,
        GivenName = members.OptionalText("name"),
        Severity = members.Severity(),
        Mostly = members.Mostly(),
        Column = members.Text("column"),
    };

    public override PlannedCheck? Plan(CheckPlanner planner) => planner.Column(this, Column) is { } column
        ? new RowCheck(this, CheckText.Mostly("a value", Mostly), null, $"({CheckPlanner.Sql(column)} IS NULL)") { Columns = [column.Name] }
        : null;
}
