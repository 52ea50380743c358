namespace Dag.Activities.Quality;

/// <summary>The values of two columns stand in a relation; rows in which one of them is missing are not looked at.</summary>
internal sealed record CompareExpectation : Expectation
{
    private static readonly string[] Operators = ["=", "!=", "<", "<=", ">", ">="];

    public required string Column { get; init; }

    public required string Operator { get; init; }

    public required string Other { get; init; }

    protected override string Title => $"{Column} {Operator} {Other}";

    public static CompareExpectation Read(ExpectationMembers members) => new()
    {
        Place = members.Place,
        Check = members.Check,
        GivenName = members.OptionalText("name"),
        Severity = members.Severity(),
        Mostly = members.Mostly(),
        Column = members.Text("column"),
        Operator = members.Text("operator") is { Length: > 0 } text ? members.Choice("operator", Operators) : "=",
        Other = members.Text("other"),
    };

    public override PlannedCheck? Plan(CheckPlanner planner)
    {
        var (column, other) = (planner.Column(this, Column), planner.Column(this, Other));
        if (column is null || other is null)
        {
            return null;
        }

        if (ValueKinds.Of(column) is var kind && (kind != ValueKinds.Of(other) || kind == ValueKind.Other))
        {
            planner.Fault(this, $"{column.Name} is {column.Type} and {other.Name} is {other.Type}: only numbers, texts, times, and true and false can be compared, each with their like.");
            return null;
        }

        var (left, right) = (CheckPlanner.Sql(column), CheckPlanner.Sql(other));
        return new RowCheck(
            this,
            CheckText.Mostly(Title, Mostly),
            $"count(*) FILTER (WHERE {left} IS NOT NULL AND {right} IS NOT NULL)",
            $"coalesce(NOT ({left} {Operator} {right}), false)")
        {
            Columns = [column.Name, other.Name],
        };
    }
}
