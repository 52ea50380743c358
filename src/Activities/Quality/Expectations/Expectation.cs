namespace Dag.Activities.Quality;

/// <summary>An expectation as it was read: complete by itself; whether it suits a dataset shows when it is planned for one.</summary>
internal abstract record Expectation
{
    /// <summary>Where it stands, for faults: <c>Expectation 3 (between)</c>.</summary>
    public required string Place { get; init; }

    /// <summary>Its kind, such as <c>between</c>.</summary>
    public required string Check { get; init; }

    /// <summary>The name that the user gave; empty for none.</summary>
    public required string GivenName { get; init; }

    /// <summary>What it means when it is not met.</summary>
    public required CheckSeverity Severity { get; init; }

    /// <summary>The share of rows that must meet it, 0 to 1.</summary>
    public required double Mostly { get; init; }

    /// <summary>What people read: the given name, or what is expected.</summary>
    public string Name => GivenName.Length > 0 ? GivenName : Title;

    /// <summary>A short name made of what is expected, such as <c>delay between 0 and 100</c>.</summary>
    protected abstract string Title { get; }

    /// <summary>Makes the check that runs, or adds to the planner's faults why it does not suit the dataset.</summary>
    public abstract PlannedCheck? Plan(CheckPlanner planner);
}
