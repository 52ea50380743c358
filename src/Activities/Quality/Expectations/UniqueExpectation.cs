namespace Dag.Activities.Quality;

/// <summary>No two rows have the same value in a column, or the same values in several.</summary>
internal sealed record UniqueExpectation : Expectation
{
    public required IReadOnlyList<string> Columns { get; init; }

    protected override string Title => $"{string.Join(" and ", Columns)} unique";

    public static UniqueExpectation Read(ExpectationMembers members)
    {
        var (one, several) = (members.OptionalText("column"), members.Texts("columns"));
        if ((one.Length > 0) == (several is not null) || several is { Count: 0 })
        {
            members.Fault("it needs a column, or columns for values that are unique together: write \"column\": \"id\" or \"columns\": [\"a\", \"b\"].");
        }

        return new UniqueExpectation
        {
            Place = members.Place,
            Check = members.Check,
            GivenName = members.OptionalText("name"),
            Severity = members.Severity(),
            Mostly = members.Mostly(),
            Columns = several ?? (one.Length > 0 ? [one] : []),
        };
    }

    public override PlannedCheck? Plan(CheckPlanner planner)
    {
        var columns = Columns.Select(c => planner.Column(this, c)).ToList();
        return columns.Contains(null) || columns.Count == 0 ? null
            : new UniqueCheck(this, CheckText.Mostly("unique values", Mostly), [.. columns.Select(c => CheckPlanner.Sql(c!))], planner.NextNumber())
            {
                Columns = [.. columns.Select(c => c!.Name)],
            };
    }
}
