using System.Text.Json;

namespace Dag.Workflows.Tests.Kill;

/// <summary>What the service that is killed works on; it travels on its command line.</summary>
internal sealed record KillOptions
{
    /// <summary>The data folder; the journals of effects and starts are in it too.</summary>
    public required string Folder { get; init; }

    /// <summary>PostgreSQL's connection string; null for SQLite in the folder.</summary>
    public string? Connection { get; init; }

    /// <summary>From which the workflows are made.</summary>
    public required int Seed { get; init; }

    /// <summary>How many runs it keeps open by starting new ones; 0 to finish what there is and to exit.</summary>
    public required int OpenRuns { get; init; }

    /// <summary>Whether the runs start others and send events, in place of working themselves.</summary>
    public bool Families { get; init; }

    /// <summary>A line for each attempt that began to work: run, execution, attempt, process.</summary>
    public string EffectsFile => Path.Combine(Folder, "effects.txt");

    /// <summary>A line for each run whose start was answered: its id.</summary>
    public string StartsFile => Path.Combine(Folder, "starts.txt");

    public static KillOptions Parse(string json) => JsonSerializer.Deserialize<KillOptions>(json)!;

    public string ToArgument() => JsonSerializer.Serialize(this);
}
