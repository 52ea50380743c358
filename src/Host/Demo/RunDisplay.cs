using Dag.Workflows.Activities;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;

namespace Dag.Host.Demo;

/// <summary>One run on the terminal: a moving line while an activity is at work, then one line for what it did.</summary>
internal sealed class RunDisplay(DemoTerminal terminal, string file, HashSet<string> notesShown, List<string> messages)
{
    private const int NameWidth = 15;
    private const int BarWidth = 24;
    private const string Spinner = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

    private readonly long _began = terminal.Clock.GetTimestamp();
    private readonly Dictionary<long, Activity> _active = [];
    private string? _runId;
    private int _beats;

    /// <summary>The run, when it is over.</summary>
    public RunSummary? Ended { get; private set; }

    /// <summary>What is waited for, in a sentence.</summary>
    public string WaitsFor => _runId is null ? "No run has started." : $"The run {_runId} has not ended.";

    /// <summary>Shows what happened.</summary>
    public void Show(RunNotice notice)
    {
        if (_runId is null)
        {
            _runId = notice.Run.Id;
            var waited = terminal.Clock.GetElapsedTime(_began);
            Done(terminal.Good("⚡"), "arrived", waited, $"{file} started run {_runId}");
        }

        switch (notice)
        {
            case WorkChanged changed:
                Show(changed);
                break;
            case WorkProgressed progressed when _active.TryGetValue(progressed.ExecutionId, out var activity):
                Progress(activity, progressed.Progress);
                break;
            case LineWritten written:
                terminal.Line($"    {written.Line}");
                break;
            case RunChanged { Run.FinishedAt: not null }:
                Ended = notice.Run;
                break;
        }
    }

    /// <summary>Moves what moves.</summary>
    public void Beat()
    {
        _beats++;
        var spinner = Spinner[_beats % Spinner.Length].ToString();
        if (_runId is null)
        {
            Status(spinner, "arrived", terminal.Clock.GetElapsedTime(_began), null, "waiting until the file has stopped changing");
        }
        else if (_active.Values.FirstOrDefault() is { } activity)
        {
            Status(spinner, activity.Name, terminal.Clock.GetElapsedTime(activity.Began), activity.Progress.Fraction, activity.Progress.Message);
        }
    }

    private void Show(WorkChanged changed)
    {
        var work = changed.Work;
        switch (work.Status)
        {
            case "Running":
                _active[work.ExecutionId] = new Activity(work.ActivityId, terminal.Clock.GetTimestamp());
                break;
            case "Pending" when work.Error is not null:
                terminal.Line($"    {terminal.Warning("!")} {work.ActivityId.PadRight(NameWidth)}attempt {work.Attempts} failed and is repeated: {work.Error}");
                break;
            case "Completed" or "Faulted" or "Canceled" or "UpstreamFailed":
                _active.Remove(work.ExecutionId, out var activity);
                Conclude(changed, activity?.Progress.Message);
                break;
        }
    }

    private void Conclude(WorkChanged changed, string? lastMessage)
    {
        var work = changed.Work;
        var took = work is { StartedAt: { } from, FinishedAt: { } to } ? to - from : TimeSpan.Zero;
        var result = WorkResult.Of(changed, lastMessage);
        Done(result.Failed ? terminal.Bad("✘") : terminal.Good("✔"), work.ActivityId, took, result.Text);
        if (result.Message is { } message)
        {
            messages.Add(message);
        }

        foreach (var note in result.Notes.Where(notesShown.Add))
        {
            terminal.Wrapped($"    {terminal.Warning("!")} {new string(' ', NameWidth + 8)}", Indent, note, terminal.Warning);
        }
    }

    private static string Indent => new(' ', 6 + NameWidth + 8);

    private void Done(string mark, string name, TimeSpan took, string text) =>
        terminal.Wrapped($"    {mark} {name.PadRight(NameWidth)}{terminal.Dim(TextLayout.Seconds(took).PadLeft(6))}  ", Indent, text, t => t);

    // Without a terminal a line for each quarter is enough.
    private void Progress(Activity activity, WorkProgress progress)
    {
        activity.Progress = progress;
        var quarter = (int)((progress.Fraction ?? 0) * 4);
        if (!terminal.IsLive && quarter > activity.Quarter && progress.Fraction < 1)
        {
            activity.Quarter = quarter;
            terminal.Line($"    · {activity.Name.PadRight(NameWidth)}{progress.Fraction * 100,5:0} %  {progress.Message}");
        }
    }

    private void Status(string spinner, string name, TimeSpan took, double? fraction, string? message)
    {
        var head = $"{name.PadRight(NameWidth)}{TextLayout.Seconds(took),6}  ";
        var bar = fraction is { } share ? TextLayout.Bar(share, BarWidth) : null;
        var percent = fraction is { } part ? $" {part * 100,3:0} %  " : "";
        terminal.Status(
            $"    {spinner} {head}{bar}{percent}{message}",
            $"    {terminal.Accent(spinner)} {head}{terminal.Accent(bar ?? "")}{percent}{terminal.Dim(message ?? "")}");
    }

    private sealed class Activity(string name, long began)
    {
        public string Name { get; } = name;

        public long Began { get; } = began;

        public WorkProgress Progress { get; set; }

        public int Quarter { get; set; }
    }
}
