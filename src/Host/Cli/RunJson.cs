using System.Text.Encodings.Web;
using System.Text.Json;
using Dag.Workflows.Running;

namespace Dag.Host.Cli;

/// <summary>A run as the one object that <c>dag run --json</c> prints.</summary>
internal static class RunJson
{
    /// <summary>Indented, and readable in every language.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(RunReport report) => JsonSerializer.Serialize(
        new
        {
            report.Id,
            report.DefinitionId,
            report.Version,
            report.Status,
            report.SubStatus,
            report.Output,
            Incidents = report.Incidents.Select(i => new { i.ActivityId, i.Message }),
            report.Lines,
            Executions = report.Executions.Select(
                e => new { e.ActivityId, e.NodeId, e.Type, e.Status, e.Attempts, e.StartedAt, e.FinishedAt, e.Outputs }),
        },
        Options);
}
