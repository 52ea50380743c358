using System.Text.Json.Serialization;

namespace Dag.Activities.Quality;

/// <summary>How a check ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckStatus>))]
internal enum CheckStatus
{
    /// <summary>The expectation is met.</summary>
    Passed,

    /// <summary>It is not met, and only a warning.</summary>
    Warned,

    /// <summary>It is not met, and the rows that do not meet it were set aside.</summary>
    SetAside,

    /// <summary>It is not met.</summary>
    Failed,
}
