using System.Globalization;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;
using Dag.Workflows.Values;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.AttemptLogs;

/// <summary>
/// What the history of a run adds to the logs of its attempts: when they began and how they ended, and the lines that WriteLine wrote.
/// It is stored already, so it is told from there, whatever became of the files.
/// </summary>
internal sealed class HistoryLines(WorkflowGraph graph)
{
    private readonly Dictionary<long, Open> _open = new() { [1] = new Open(graph.Workflow) };

    /// <summary>Follows one event.</summary>
    /// <returns>Its line; null for one that tells a reader nothing.</returns>
    public LogLine? Follow(RunEvent e)
    {
        var line = LineOf(e);
        var changes = Running.RunReport.ChangesOf(e);
        if (e is ExecutionCompleted or ExecutionFaulted or ExecutionFailed or ExecutionCanceled)
        {
            _open.Remove(((ExecutionEvent)e).Execution);
        }

        foreach (var scheduled in changes?.Scheduled ?? [])
        {
            _open[scheduled.Id] = new Open(scheduled.Node);
        }

        foreach (var canceled in changes?.Canceled ?? [])
        {
            _open.Remove(canceled);
        }

        return line;
    }

    private LogLine? LineOf(RunEvent e) => e switch
    {
        RunStarted started => Line(e, string.Create(CultureInfo.InvariantCulture, $"Run of {started.WorkflowName}, version {started.Version}, started")),
        RunReopened => Line(e, "Run reopened"),
        RunFinished { Reason: { } reason } finished => Line(e, $"Run ended: {finished.SubStatus}. {reason}"),
        RunFinished finished => Line(e, $"Run ended: {finished.SubStatus}"),
        ExecutionEvent about when _open.TryGetValue(about.Execution, out var open) => LineOf(about, open),
        _ => null,
    };

    private LogLine? LineOf(ExecutionEvent e, Open open)
    {
        switch (e)
        {
            case AttemptStarted started:
                open.Attempt = started.Attempt;
                return Line(e, open, $"Attempt {started.Attempt} started");
            case AttemptFailed failed:
                return Line(e, open, string.Create(CultureInfo.InvariantCulture, $"Attempt {failed.Attempt} failed, the next one begins at {failed.RetryAt:u}: {failed.Error}"), LogLevel.Warning);
            case AttemptLost lost:
                return Line(e, open, $"Attempt {lost.Attempt} was lost with its process", LogLevel.Warning);
            case AttemptReturned returned:
                return Line(e, open, $"Attempt {returned.Attempt} was handed back, because the service stops; it does not count");
            case ExecutionFaulted faulted:
                return Line(e, open, $"Faulted: {faulted.Incident.Message}{(faulted.Incident.Detail is { } detail ? $" {detail}" : "")}", LogLevel.Error);
            case ExecutionFailed when open.Attempt is not null:
                return Line(e, open, "Failed: the activity of the port that it left by has failed", LogLevel.Error);
            case ExecutionCanceled:
                return Line(e, open, "Cancelled");
            case ExecutionCompleted { Changes.Line: { } written }:
                return Line(e, open, written) with { Kind = LogLineKind.Written };
            case ExecutionCompleted completed when open.Attempt is not null:
                return Line(e, open, $"Completed: {string.Join(", ", completed.Outcomes ?? ["Done"])}{ErrorOf(completed)}");
            default:
                return null;
        }
    }

    private static string ErrorOf(ExecutionCompleted completed) =>
        completed.Outcomes is ["Failed"] && completed.Outputs.FirstOrDefault(o => o.Key == "Error").Value is { } error ? $": {ValueConverter.ToText(error)}" : "";

    private static LogLine Line(RunEvent e, string message) => new() { At = e.At, Kind = LogLineKind.History, Message = message };

    private static LogLine Line(ExecutionEvent e, Open open, string message, LogLevel level = LogLevel.Information) => new()
    {
        At = e.At,
        Kind = LogLineKind.History,
        Level = level,
        Activity = open.Node.Id,
        Execution = e.Execution,
        Attempt = open.Attempt,
        Message = message,
    };

    private sealed class Open(Node node)
    {
        public Node Node => node;

        public int? Attempt { get; set; }
    }
}
