using System.Globalization;
using System.Net;
using Dag.Host.Telemetry;
using Dag.Workflows.Running;
using Dag.Workflows.Scripts;

namespace Dag.Host.Hosting;

/// <summary>What a process of the service is composed with.</summary>
internal sealed record DagHostOptions
{
    /// <summary>The environment variable that holds the connection string of PostgreSQL.</summary>
    public const string ConnectionVariable = "DAG_DATABASE";

    /// <summary>The environment variable that holds <see cref="DuckDbMemoryMegabytes"/>.</summary>
    public const string MemoryVariable = "DAG_MEMORY_MB";

    /// <summary>The environment variable that holds <see cref="AllowedNetworks"/>, separated by commas, such as <c>10.0.0.0/8,127.0.0.1</c>.</summary>
    public const string AllowVariable = "DAG_HTTP_ALLOW";

    /// <summary>The environment variable that holds <see cref="ExportFolders"/>, separated as in PATH.</summary>
    public const string ExportVariable = "DAG_EXPORT_FOLDERS";

    /// <summary>The environment variable that holds <see cref="UploadDays"/>.</summary>
    public const string UploadVariable = "DAG_UPLOAD_DAYS";

    /// <summary>The environment variable that holds <see cref="LogLevel"/>.</summary>
    public const string LogLevelVariable = "DAG_LOG_LEVEL";

    /// <summary>The environment variable that holds <see cref="LogDays"/>.</summary>
    public const string LogDaysVariable = "DAG_LOG_DAYS";

    /// <summary>The environment variable that holds <see cref="AttemptLogMegabytes"/>.</summary>
    public const string AttemptLogVariable = "DAG_ATTEMPT_LOG_MB";

    /// <summary>The environment variable that holds how many attempts run at once on this node.</summary>
    public const string SlotsVariable = "DAG_WORK_SLOTS";

    /// <summary>The environment variable that holds <see cref="WorkflowFolder"/>.</summary>
    public const string WorkflowsVariable = "DAG_WORKFLOWS";

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

    /// <summary>What is told to console and files, at least this grave; null for a level that is none. Default Information.</summary>
    public LogLevel? LogLevel { get; init; } = Microsoft.Extensions.Logging.LogLevel.Information;

    /// <summary>How many days the log of a run is kept after its last line, 1 to 36,500; default 30.</summary>
    public int LogDays { get; init; } = 30;

    /// <summary>How much of one attempt's log is kept, in MiB, 1 to 1,024; default 10.</summary>
    public int AttemptLogMegabytes { get; init; } = 10;

    /// <summary>What is sent over OTLP, and where to; default nothing.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>The loopback and private networks that HTTP request activities may call; default none.</summary>
    public IReadOnlyList<IPNetwork> AllowedNetworks { get; init; } = [];

    /// <summary>After how many days files that webhooks brought are deleted, at least 1; default 30.</summary>
    public int UploadDays { get; init; } = 30;

    /// <summary>What of <see cref="AllowVariable"/> is no network.</summary>
    public IReadOnlyList<string> WrongNetworks { get; init; } = [];

    /// <summary>Folders that exports may be written to, besides <c>exports</c> in the data folder; default none.</summary>
    public IReadOnlyList<string> ExportFolders { get; init; } = [];

    /// <summary>The folder of files that workflows are imported from, at start and when they change; null, the default, for none.</summary>
    public string? WorkflowFolder { get; init; }

    /// <summary>How runs are executed.</summary>
    public EngineOptions Engine { get; init; } = new();

    /// <summary>How scripts are evaluated.</summary>
    public ScriptOptions Scripts { get; init; } = new();

    /// <summary>The options that the environment sets, for a data folder.</summary>
    public static DagHostOptions FromEnvironment(string dataFolder)
    {
        var networks = (Variable(AllowVariable) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(text => (Text: text, Network: NetworkOf(text))).ToList();
        return new DagHostOptions
        {
            DataFolder = dataFolder,
            ConnectionString = Variable(ConnectionVariable),
            Telemetry = TelemetryOptions.From(Variable),
            AllowedNetworks = [.. networks.Where(n => n.Network is not null).Select(n => n.Network!.Value)],
            WrongNetworks = [.. networks.Where(n => n.Network is null).Select(n => n.Text)],
            ExportFolders = (Variable(ExportVariable) ?? "").Split(Path.PathSeparator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            WorkflowFolder = Variable(WorkflowsVariable),
            DuckDbMemoryMegabytes = Number(MemoryVariable, 512),
            UploadDays = Number(UploadVariable, 30),
            LogLevel = LevelOf(Variable(LogLevelVariable)),
            LogDays = Number(LogDaysVariable, 30),
            AttemptLogMegabytes = Number(AttemptLogVariable, 10),
            Engine = new EngineOptions { WorkSlots = Number(SlotsVariable, 0) },
        };
    }

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

        if (UploadDays is < 1 or > 36_500)
        {
            yield return $"{UploadVariable} must be a number of days from 1 to 36500.";
        }

        if (LogLevel is null)
        {
            yield return $"{LogLevelVariable} must be Debug, Information, Warning or Error.";
        }

        if (LogDays is < 1 or > 36_500)
        {
            yield return $"{LogDaysVariable} must be a number of days from 1 to 36500.";
        }

        if (AttemptLogMegabytes is < 1 or > 1024)
        {
            yield return $"{AttemptLogVariable} must be a number of MiB from 1 to 1024.";
        }

        if (Engine.WorkSlots is < 0 or > 10_000)
        {
            yield return $"{SlotsVariable} must be a number from 1 to 10000, or 0 for the default.";
        }

        foreach (var fault in Telemetry.Faults)
        {
            yield return fault;
        }

        foreach (var wrong in WrongNetworks)
        {
            yield return $"{AllowVariable}: '{wrong}' is neither a network such as 10.0.0.0/8 nor an address such as 127.0.0.1.";
        }
    }

    /// <summary>These options, if nothing is wrong with them.</summary>
    /// <exception cref="UsageException">Something is; every fault is named.</exception>
    public DagHostOptions Validated() => Faults().ToList() is { Count: > 0 } faults ? throw new UsageException(string.Join(Environment.NewLine, faults)) : this;

    private static LogLevel? LevelOf(string? text) => text?.ToLowerInvariant() switch
    {
        "debug" => Microsoft.Extensions.Logging.LogLevel.Debug,
        null or "information" => Microsoft.Extensions.Logging.LogLevel.Information,
        "warning" => Microsoft.Extensions.Logging.LogLevel.Warning,
        "error" => Microsoft.Extensions.Logging.LogLevel.Error,
        _ => null,
    };

    // What is no number is kept as one that is out of range, so that it is named with the other faults.
    private static int Number(string variable, int fallback) => Variable(variable) is { } text
        ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1
        : fallback;

    private static IPNetwork? NetworkOf(string text) =>
        IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : IPNetwork.TryParse(text, out var network) ? network
        : null;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
