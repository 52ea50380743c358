using Dag.Host.Hosting;

namespace Dag.Host.Settings;

/// <summary>The settings that there are, by their names as environment variables.</summary>
internal static class SettingNames
{
    /// <summary>Those that a profile may have, beside OpenTelemetry's.</summary>
    public static IReadOnlyList<string> OfProfiles { get; } =
    [
        DagHostOptions.ConnectionVariable,
        DagHostOptions.WorkflowsVariable,
        DagHostOptions.MemoryVariable,
        DagHostOptions.SlotsVariable,
        DagHostOptions.AllowVariable,
        DagHostOptions.ExportVariable,
        DagHostOptions.UploadVariable,
        DagHostOptions.LogLevelVariable,
        DagHostOptions.LogDaysVariable,
        DagHostOptions.AttemptLogVariable,
    ];

    public static bool IsKnown(string name) => OfProfiles.Contains(name) || name.StartsWith("OTEL_", StringComparison.Ordinal);
}
