using System.Threading.Channels;
using Dag.Host.Hosting;
using Dag.Workflows.Definitions;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Dag.Workflows.Values;

namespace Dag.Host.Cli;

/// <summary>Starts one run, follows it until it ends or nothing will wake it, and prints what it writes once that is stored.</summary>
internal sealed class RunSession(DagEngine engine, ManualStart manual, RunRequest request, TextWriter output, TextWriter errors)
{
    private readonly DagEngine _engine = engine;
    private readonly Channel<RunNotice> _notices = Channel.CreateUnbounded<RunNotice>(new UnboundedChannelOptions { SingleReader = true });
    private readonly LinkedList<(string Name, object? Payload)> _events = new(request.Events);
    private readonly List<string> _lines = [];

    /// <summary>Told the run's id once it is started.</summary>
    public Action<string>? Started { get; init; }

    /// <summary>Cancelled when nobody follows any more; the run goes on.</summary>
    public CancellationToken Left { get; init; }

    /// <summary>Executes the definition.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="DefinitionException">It cannot run, or an input is wrong.</exception>
    /// <exception cref="OperationCanceledException">Nobody follows any more.</exception>
    public async Task<int> ExecuteAsync(WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        using var subscription = _engine.Feed.Listen(notice => _notices.Writer.TryWrite(notice));
        var runId = await StartAsync(definition, cancellationToken);
        Started?.Invoke(runId);
        var family = new RunFamily(runId, alone: request.DataFolder is null);
        var held = _engine.FindHeld(runId);
        using var cancelling = cancellationToken.Register(() => _ = CancelAsync(runId));
        await FollowAsync(family, held?.Ended ?? Task.CompletedTask);
        await output.FlushAsync(CancellationToken.None);
        return await ConcludeAsync(runId, family);
    }

    private async Task<string> StartAsync(WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        var start = manual.Of(definition, InputsOf(definition)) with { Mode = request.Mode };
        return (await _engine.StartRunAsync(start, cancellationToken))!;
    }

    // Text for scalars is converted by the engine, by the declared type; what is declared as an object or a list is JSON.
    private Dictionary<string, object?> InputsOf(WorkflowDefinition definition)
    {
        var declared = definition.Inputs.ToDictionary(i => i.Name, StringComparer.OrdinalIgnoreCase);
        return request.Inputs.ToDictionary(
            i => i.Key,
            i => i.Value.TrimStart() is ['{' or '[', ..] ? ValueOf(declared.GetValueOrDefault(i.Key), i.Key, i.Value) : i.Value,
            StringComparer.OrdinalIgnoreCase);
    }

    private static object? ValueOf(ParameterDefinition? parameter, string name, string text)
    {
        var type = TypeAliases.Resolve(parameter?.TypeName, parameter?.IsArray ?? false);
        return type == typeof(string) || type.IsValueType ? text
            : type == typeof(object) ? KeyValueArguments.TryJson(text, out var value) ? value : text
            : KeyValueArguments.Json($"--input {name}", text);
    }

    // Until none of the runs goes on by itself; or until this process cannot carry on the one that was asked for.
    private async Task FollowAsync(RunFamily family, Task ended)
    {
        while (true)
        {
            while (_notices.Reader.TryRead(out var notice))
            {
                if (!family.Includes(notice))
                {
                    continue;
                }

                Print(notice);
                if (notice is RunChanged changed)
                {
                    family.Follow(changed);
                    if (!family.Moves && !await AnswerAsync(family) && await IsQuietAsync())
                    {
                        return;
                    }
                }
            }

            await output.FlushAsync(CancellationToken.None);
            if (family.Main?.FinishedAt is not null)
            {
                ended = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
            }
            else if (ended.IsCompleted && !_notices.Reader.TryPeek(out _))
            {
                return;
            }

            await Task.WhenAny(_notices.Reader.WaitToReadAsync(CancellationToken.None).AsTask(), ended).WaitAsync(Left);
        }
    }

    // What one run sent to another may still be on its way: once nothing is, every notice of it is in the channel.
    private async Task<bool> IsQuietAsync()
    {
        await _engine.QuietAsync();
        return !_notices.Reader.TryPeek(out _);
    }

    private async Task<bool> AnswerAsync(RunFamily family)
    {
        for (var given = _events.First; given is not null; given = given.Next)
        {
            foreach (var runId in family.Open)
            {
                if (await _engine.AnswerAsync(runId, given.Value.Name, given.Value.Payload, CancellationToken.None) > 0)
                {
                    _events.Remove(given);
                    return true;
                }
            }
        }

        return false;
    }

    private void Print(RunNotice notice)
    {
        switch (notice)
        {
            case LineWritten written when request.Json:
                _lines.Add(written.Line);
                break;
            case LineWritten written:
                output.WriteLine(written.Line);
                break;
            case WorkChanged work when !request.Json:
                errors.WriteLine(WorkLine.Of(work));
                break;
        }
    }

    private async Task CancelAsync(string runId)
    {
        await errors.WriteLineAsync("dag: cancelling; press Ctrl-C again to end at once");
        await _engine.CancelRunAsync(runId, "Cancelled at the console.", CancellationToken.None);
        if (request.DataFolder is null)
        {
            foreach (var other in (await _engine.ListRunsAsync(new RunFilter { Status = "Running", Take = int.MaxValue }, CancellationToken.None)).Runs)
            {
                await _engine.CancelRunAsync(other.Id, "Cancelled at the console.", CancellationToken.None);
            }
        }
    }

    private async Task<int> ConcludeAsync(string runId, RunFamily family)
    {
        var report = (await _engine.ReportAsync(runId, CancellationToken.None))!;
        var others = new List<(RunSummary Run, RunReport Report)>();
        foreach (var run in family.Others)
        {
            others.Add((run, (await _engine.ReportAsync(run.Id, CancellationToken.None))!));
        }

        if (request.Json)
        {
            await output.WriteLineAsync(RunJson.Write(report, _lines, others));
            await output.FlushAsync(CancellationToken.None);
        }

        await TellIncidentsAsync(report, "");
        foreach (var (run, other) in others)
        {
            await TellIncidentsAsync(other, $"{run.WorkflowName} (run {run.Id}): ");
        }

        switch (family.Main)
        {
            case null:
            case { FinishedAt: null } when family.Moves:
                await errors.WriteLineAsync($"dag: run {runId} cannot go on in this process; what it did is stored");
                return ExitCode.Failed;
            case { FinishedAt: null }:
                await errors.WriteLineAsync(Waiting(report));
                return ExitCode.Suspended;
            case var main:
                return main.SubStatus == "Finished" ? ExitCode.Ok : ExitCode.Failed;
        }
    }

    private async Task TellIncidentsAsync(RunReport report, string whose)
    {
        foreach (var incident in report.Incidents)
        {
            // A message often ends with its cause.
            var cause = incident.Detail is { } detail && !incident.Message.Contains(detail, StringComparison.Ordinal) ? $" {detail}" : "";
            await errors.WriteLineAsync($"{whose}{incident.ActivityId}: {incident.Message}{cause}");
        }
    }

    private static string Waiting(RunReport report)
    {
        var waiting = report.Executions.Where(e => e is { Status: "Running", StartedAt: not null }).Select(e => e.ActivityId).LastOrDefault();
        return $"dag: the run is suspended and nothing will wake it{(waiting is null ? "" : $" ({waiting} waits)")}; events are given with --event NAME";
    }
}
