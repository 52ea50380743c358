using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.AttemptLogs;

/// <summary>A line in the log of a run.</summary>
public sealed record LogLine
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Where the line comes from.</summary>
    public required LogLineKind Kind { get; init; }

    /// <summary>How grave it is.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>The activity's id; null for what concerns the whole run.</summary>
    public string? Activity { get; init; }

    /// <summary>The id of the activity execution.</summary>
    public long? Execution { get; init; }

    /// <summary>The attempt, from 1; null for what is no attempt's.</summary>
    public int? Attempt { get; init; }

    /// <summary>The category of the logger, which is the full name of a class.</summary>
    public string? Category { get; init; }

    /// <summary>What it says.</summary>
    public required string Message { get; init; }

    /// <summary>The exception, with its stack.</summary>
    public string? Exception { get; init; }

    /// <summary>Where to go on reading after this line.</summary>
    [JsonIgnore]
    public LogPosition Position { get; init; }
}

/// <summary>Where a line comes from.</summary>
public enum LogLineKind
{
    /// <summary>The activity, or a library below it, logged it.</summary>
    Log,

    /// <summary>The activity reported how far it is.</summary>
    Progress,

    /// <summary>WriteLine wrote it.</summary>
    Written,

    /// <summary>The history of the run says so.</summary>
    History,

    /// <summary>The log itself says what it lacks.</summary>
    Note,
}
