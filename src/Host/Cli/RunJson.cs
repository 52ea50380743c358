using System.Text.Encodings.Web;
using System.Text.Json;
using Dag.Workflows.RunLog;
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

    /// <summary>The run, what it and the runs that it led to wrote, in order, and those runs if there are any.</summary>
    public static string Write(RunReport report, IReadOnlyList<string> lines, IReadOnlyList<(RunSummary Run, RunReport Report)> others)
    {
        var run = new
        {
            report.Id,
            report.DefinitionId,
            report.Version,
            report.Status,
            report.SubStatus,
            report.Output,
            Incidents = Incidents(report),
            Lines = lines,
            Executions = report.Executions.Select(
                e => new { e.ActivityId, e.NodeId, e.Type, e.Status, e.Attempts, e.StartedAt, e.FinishedAt, e.Outputs }),
        };
        var document = JsonSerializer.SerializeToNode(run, Options)!.AsObject();
        if (others.Count > 0)
        {
            document["runs"] = JsonSerializer.SerializeToNode(others.Select(Other), Options);
        }

        return document.ToJsonString(Options);
    }

    private static object Other((RunSummary Run, RunReport Report) other) => new
    {
        other.Report.Id,
        other.Run.ParentRunId,
        other.Report.DefinitionId,
        other.Report.Version,
        other.Report.CorrelationId,
        other.Report.Status,
        other.Report.SubStatus,
        other.Report.Output,
        Incidents = Incidents(other.Report),
        other.Report.Lines,
    };

    private static IEnumerable<object> Incidents(RunReport report) => report.Incidents.Select(i => new { i.ActivityId, i.Message });
}
