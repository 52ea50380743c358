using System.Globalization;
using Dag.Workflows.Running;
using Dag.Workflows.Values;

namespace Dag.Host.Cli;

/// <summary>One line for people about a piece of work.</summary>
internal static class WorkLine
{
    private const int LongestValue = 60;

    public static string Of(WorkChanged changed)
    {
        var work = changed.Work;
        var seconds = work is { StartedAt: { } from, FinishedAt: { } to } ? (to - from).TotalSeconds.ToString(" 0.0 s", CultureInfo.InvariantCulture) : "";
        var attempt = work.Attempts > 1 ? $" (attempt {work.Attempts})" : "";
        var error = work.Error is { } message && work.Status != "Completed" ? $": {message}" : "";
        var outputs = string.Join(", ", changed.Outputs.Select(o => (o.Key, Text: ValueConverter.ToText(o.Value)))
            .Where(o => o.Text.Length is > 0 and <= LongestValue)
            .Select(o => $"{o.Key} {o.Text}"));
        var status = work.Status == "UpstreamFailed" ? "not started, because something before it failed" : work.Status.ToLowerInvariant();
        return $"{work.ActivityId} {status}{attempt}{seconds}{error}{(outputs.Length > 0 ? $": {outputs}" : "")}";
    }
}
