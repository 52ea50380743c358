using Dag.Activities.DuckDb;
using Dag.Activities.Lake;

namespace Dag.Activities.Quality;

/// <summary>No row meets a condition in SQL: it names the rows that are wrong. The dataset is called <c>data</c> in it.</summary>
internal sealed record SqlExpectation : Expectation
{
    public required string FailedRows { get; init; }

    protected override string Title => $"no row where {FailedRows.ReplaceLineEndings(" ").Trim()}";

    public static SqlExpectation Read(ExpectationMembers members) => new()
    {
        Place = members.Place,
        Check = members.Check,
        GivenName = members.OptionalText("name"),
        Severity = members.Severity(),
        Mostly = members.Mostly(),
        FailedRows = members.Text("where"),
    };

    public override PlannedCheck? Plan(CheckPlanner planner)
    {
        if (FailedRows.Length == 0)
        {
            return null;
        }

        try
        {
            UserSql.CheckCondition(planner.Connection, FailedRows, CheckPlanner.View);
            var type = DatasetRows.Describe(planner.Connection, $"SELECT ({FailedRows}\n) AS wrong FROM {CheckPlanner.View}", CancellationToken.None)[0].Type;
            if (type != "BOOLEAN")
            {
                planner.Fault(this, $"where gives {type}, and must be true for the rows that are wrong.");
                return null;
            }
        }
        catch (Exception e) when (e is DuckDbException or UserSqlException)
        {
            planner.Fault(this, $"where: {e.Message.Split("\n\n")[0].ReplaceLineEndings(" ").Trim()}");
            return null;
        }

        return new RowCheck(this, CheckText.Mostly(Title, Mostly), null, $"coalesce(({FailedRows}\n), false)");
    }
}
