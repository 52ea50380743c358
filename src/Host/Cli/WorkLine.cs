using System.Globalization;
using Dag.Workflows.RunLog;

namespace Dag.Host.Cli;

/// <summary>One line for people about a piece of work.</summary>
internal static class WorkLine
{
    public static string Of(WorkExecutionRow work)
    {
        var seconds = work is { StartedAt: { } from, FinishedAt: { } to } ? (to - from).TotalSeconds.ToString(" 0.0 s", CultureInfo.InvariantCulture) : "";
        var attempt = work.Attempts > 1 ? $" (attempt {work.Attempts})" : "";
        var error = work.Error is { } message && work.Status != "Completed" ? $": {message}" : "";
        return $"{work.ActivityId} {work.Status.ToLowerInvariant()}{attempt}{seconds}{error}";
    }
}
