using Dag.Activities.Lake;

namespace Dag.Activities.Quality;

/// <summary>The dataset has these columns: exactly these, or at least these; in this order, if wanted.</summary>
internal sealed record ColumnsExpectation : Expectation
{
    public required IReadOnlyList<string> Columns { get; init; }

    public required bool Exact { get; init; }

    public required bool Ordered { get; init; }

    protected override string Title => $"columns {string.Join(", ", Columns.Take(5))}{(Columns.Count > 5 ? ", …" : "")}";

    public static ColumnsExpectation Read(ExpectationMembers members)
    {
        var columns = members.Texts("columns");
        if (columns is null)
        {
            members.Fault("columns is missing: list the columns that the dataset must have.");
        }

        return new ColumnsExpectation
        {
            Place = members.Place,
            Check = members.Check,
            GivenName = members.OptionalText("name"),
            Severity = members.Severity(),
            Mostly = 1,
            Columns = columns ?? [],
            Exact = members.Choice("mode", "exact", "subset") == "exact",
            Ordered = members.Flag("ordered"),
        };
    }

    public override PlannedCheck Plan(CheckPlanner planner)
    {
        var expected = $"{(Exact ? "exactly" : "at least")} the columns {string.Join(", ", Columns)}{(Ordered ? " in this order" : "")}";
        return new TableCheck(this, expected, [], (_, _) => Compare(planner.Version.Columns));
    }

    private CheckMeasure Compare(IReadOnlyList<DatasetColumn> columns)
    {
        var present = columns.Select(c => c.Name).ToList();
        var missing = Columns.Except(present).ToList();
        var extra = Exact ? present.Except(Columns).ToList() : [];
        var disordered = Ordered && missing.Count == 0 && !present.Where(Columns.Contains).SequenceEqual(Columns.Distinct());
        var found = new List<string>();
        if (missing.Count > 0)
        {
            found.Add($"missing {string.Join(", ", missing)}");
        }

        if (extra.Count > 0)
        {
            found.Add($"besides them {string.Join(", ", extra)}");
        }

        if (disordered)
        {
            found.Add($"the order {string.Join(", ", present)}");
        }

        return new CheckMeasure(found.Count == 0, found.Count == 0 ? $"{present.Count} columns" : string.Join("; ", found));
    }
}
