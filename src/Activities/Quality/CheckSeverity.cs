using System.Text.Json.Serialization;

namespace Dag.Activities.Quality;

/// <summary>What it means when an expectation is not met.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckSeverity>))]
internal enum CheckSeverity
{
    /// <summary>The dataset must not be used.</summary>
    Error,

    /// <summary>Somebody should know.</summary>
    Warn,
}
