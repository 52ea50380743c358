using System.Globalization;
using System.Text.Json;

namespace Dag.Activities.Quality;

/// <summary>The newest time of a column, or the publication of the version, is not older than a span.</summary>
internal sealed record FreshnessExpectation : Expectation
{
    public required string Column { get; init; }

    public required TimeSpan MaxAge { get; init; }

    protected override string Title => $"{(Column.Length > 0 ? Column : "version")} at most {MaxAge:c} old";

    public static FreshnessExpectation Read(ExpectationMembers members)
    {
        var text = members.Find("maxAge") is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        var isSpan = TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var maxAge) && maxAge > TimeSpan.Zero;
        if (!isSpan)
        {
            members.Fault("maxAge must be a time span over zero, such as \"1.12:00:00\" for a day and a half.");
        }

        return new FreshnessExpectation
        {
            Place = members.Place,
            Check = members.Check,
            GivenName = members.OptionalText("name"),
            Severity = members.Severity(),
            Mostly = 1,
            Column = members.OptionalText("column"),
            MaxAge = isSpan ? maxAge : TimeSpan.Zero,
        };
    }

    public override PlannedCheck? Plan(CheckPlanner planner)
    {
        var expected = $"at most {MaxAge:c} old";
        if (Column.Length == 0)
        {
            return new TableCheck(this, expected, [], (_, _) => Compare(planner.Version.CreatedAt, planner.Now));
        }

        // As an instant of UTC, so that all types of times come as one.
        return planner.Column(this, Column, ValueKind.Time) is { } column
            ? new TableCheck(
                this,
                expected,
                [$"CAST(max({CheckPlanner.Sql(column)}) AS TIMESTAMP)"],
                (values, _) => Compare(values[0] is DateTime newest ? new DateTimeOffset(DateTime.SpecifyKind(newest, DateTimeKind.Utc)) : null, planner.Now))
            {
                Columns = [column.Name],
            }
            : null;
    }

    private CheckMeasure Compare(DateTimeOffset? newest, DateTimeOffset now) => newest is { } time
        ? new CheckMeasure(now - time <= MaxAge, $"the newest is of {CheckText.Time(time)}, {CheckText.Age(now - time)}")
        : new CheckMeasure(false, "no time at all");
}
