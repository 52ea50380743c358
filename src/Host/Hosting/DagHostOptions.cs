using System.Globalization;
using Dag.Workflows.Running;

namespace Dag.Host.Hosting;

/// <summary>What a process of the service is composed with.</summary>
internal sealed record DagHostOptions
{
    /// <summary>The environment variable that holds the connection string of PostgreSQL.</summary>
    public const string ConnectionVariable = "DAG_DATABASE";

    /// <summary>The environment variable that holds <see cref="DuckDbMemoryMegabytes"/>.</summary>
    public const string MemoryVariable = "DAG_MEMORY_MB";

    /// <summary>The environment variable that names the OTLP receiver; it and its siblings are OpenTelemetry's own.</summary>
    public const string TelemetryVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The folder of all state; default <c>data</c> in the working folder.</summary>
    public string DataFolder { get; init; } = "data";

    /// <summary>Whether the data folder is deleted at the end, so that its database need not survive a power failure. Default false.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>Connection string of PostgreSQL for metadata; null, the default, for SQLite in the data folder.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Memory of one database of the data engine, in MiB, at least 64; default 512. What does not fit is spilled.</summary>
    public int DuckDbMemoryMegabytes { get; init; } = 512;

    /// <summary>How much of the log the console is told; default all of it.</summary>
    public Verbosity Console { get; init; } = Verbosity.Service;

    /// <summary>Whether logs are sent over OTLP, to where OpenTelemetry's own variables say; default false.</summary>
    public bool SendsLogs { get; init; }

    /// <summary>How runs are executed.</summary>
    public EngineOptions Engine { get; init; } = new();

    /// <summary>The options that the environment sets, for a data folder.</summary>
    public static DagHostOptions FromEnvironment(string dataFolder) => new()
    {
        DataFolder = dataFolder,
        ConnectionString = Variable(ConnectionVariable),
        SendsLogs = Variable(TelemetryVariable) is not null,
        // What is no number is kept as one that is out of range, so that it is named with the other faults.
        DuckDbMemoryMegabytes = Variable(MemoryVariable) is { } text
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes) ? megabytes : -1
            : 512,
    };

    /// <summary>All that is wrong.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(DataFolder))
        {
            yield return "--data names no folder: write --data DIR.";
        }

        if (DuckDbMemoryMegabytes is < 64 or > 1 << 22)
        {
            yield return $"{MemoryVariable} must be a number of MiB from 64 to {1 << 22}.";
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
