using Dag.Activities.DuckDb;

namespace Dag.Activities.Quality;

/// <summary>Texts match a regular expression (RE2), anywhere unless it has anchors.</summary>
internal sealed record MatchesExpectation : Expectation
{
    public required string Column { get; init; }

    public required string Pattern { get; init; }

    protected override string Title => $"{Column} matches {Pattern}";

    public static MatchesExpectation Read(ExpectationMembers members) => new()
    {
        Place = members.Place,
        Check = members.Check,
        GivenName = members.OptionalText("name"),
        Severity = members.Severity(),
        Mostly = members.Mostly(),
        Column = members.Text("column"),
        Pattern = members.Text("pattern"),
    };

    public override PlannedCheck? Plan(CheckPlanner planner)
    {
        var column = planner.Column(this, Column, ValueKind.Text);
        if (Pattern.Length == 0 || !IsPattern(planner) || column is null)
        {
            return null;
        }

        var value = CheckPlanner.Sql(column);
        return new RowCheck(
            this,
            CheckText.Mostly($"texts that match {Pattern}", Mostly),
            $"count({value})",
            $"coalesce(NOT regexp_matches({value}, {DuckDbSql.Literal(Pattern)}), false)")
        {
            Columns = [column.Name],
        };
    }

    private bool IsPattern(CheckPlanner planner)
    {
        try
        {
            planner.Connection.Scalar($"SELECT regexp_matches('', {DuckDbSql.Literal(Pattern)})");
            return true;
        }
        catch (Exception e) when (e is DuckDbException or ArgumentException)
        {
            planner.Fault(this, $"the pattern {Pattern} is no regular expression (RE2): {e.Message.Split('\n')[0].Replace("Invalid Input Error: ", "")}.");
            return false;
        }
    }
}
