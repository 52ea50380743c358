using System.Threading.Channels;
using Dag.Host.Hosting;
using Dag.Workflows.Definitions;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Dag.Workflows.Values;

namespace Dag.Host.Cli;

/// <summary>Starts one run, follows it until it ends or nothing will wake it, and prints what it writes once that is stored.</summary>
internal sealed class RunSession(IServiceProvider services, RunRequest request, TextWriter output, TextWriter errors)
{
    private readonly DagEngine _engine = services.GetRequiredService<DagEngine>();
    private readonly Channel<RunNotice> _notices = Channel.CreateUnbounded<RunNotice>(new UnboundedChannelOptions { SingleReader = true });
    private readonly LinkedList<(string Name, object? Payload)> _events = new(request.Events);

    /// <summary>Executes the definition.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="DefinitionException">It cannot run, or an input is wrong.</exception>
    public async Task<int> ExecuteAsync(WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        using var subscription = _engine.Feed.Listen(notice => _notices.Writer.TryWrite(notice));
        var runId = await StartAsync(definition, cancellationToken);
        var held = _engine.FindHeld(runId);
        using var cancelling = cancellationToken.Register(() => _ = CancelAsync(runId));
        var summary = await FollowAsync(runId, held?.Ended ?? Task.CompletedTask);
        await output.FlushAsync(CancellationToken.None);
        return await ConcludeAsync(runId, summary);
    }

    private async Task<string> StartAsync(WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        var start = services.GetRequiredService<ManualStart>().Of(definition, InputsOf(definition)) with { Mode = request.Mode };
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

    // Ends with the newest summary of a run that is over, or that nothing will wake; null when this process cannot carry it on.
    private async Task<RunSummary?> FollowAsync(string runId, Task ended)
    {
        while (true)
        {
            while (_notices.Reader.TryRead(out var notice))
            {
                if (notice.Run.Id != runId)
                {
                    continue;
                }

                Print(notice);
                if (notice is RunChanged { Settled: true } changed && await IsOverAsync(changed))
                {
                    return changed.Run;
                }
            }

            await output.FlushAsync(CancellationToken.None);
            if (ended.IsCompleted && !_notices.Reader.TryPeek(out _))
            {
                return null;
            }

            await Task.WhenAny(_notices.Reader.WaitToReadAsync(CancellationToken.None).AsTask(), ended);
        }
    }

    private async Task<bool> IsOverAsync(RunChanged changed)
    {
        if (changed.Run.FinishedAt is not null)
        {
            return true;
        }

        if (await AnswerAsync(changed.Run.Id) || changed.CanWake)
        {
            return false;
        }

        // An answer given earlier may still be on its way: once nothing is being decided, every notice of it is in the channel.
        await (_engine.FindHeld(changed.Run.Id)?.QuietAsync() ?? Task.CompletedTask);
        return !_notices.Reader.TryPeek(out _);
    }

    private async Task<bool> AnswerAsync(string runId)
    {
        for (var given = _events.First; given is not null; given = given.Next)
        {
            if (await _engine.PublishEventAsync(given.Value.Name, given.Value.Payload, correlationId: null, runId, CancellationToken.None) > 0)
            {
                _events.Remove(given);
                return true;
            }
        }

        return false;
    }

    private void Print(RunNotice notice)
    {
        if (request.Json)
        {
            return;
        }

        switch (notice)
        {
            case LineWritten written:
                output.WriteLine(written.Line);
                break;
            case WorkChanged work:
                errors.WriteLine(WorkLine.Of(work));
                break;
        }
    }

    private async Task CancelAsync(string runId)
    {
        await errors.WriteLineAsync("dag: cancelling; press Ctrl-C again to end at once");
        await _engine.CancelRunAsync(runId, "Cancelled at the console.", CancellationToken.None);
    }

    private async Task<int> ConcludeAsync(string runId, RunSummary? summary)
    {
        var report = (await _engine.ReportAsync(runId, CancellationToken.None))!;
        if (request.Json)
        {
            await output.WriteLineAsync(RunJson.Write(report));
            await output.FlushAsync(CancellationToken.None);
        }

        foreach (var incident in report.Incidents)
        {
            await errors.WriteLineAsync($"{incident.ActivityId}: {incident.Message}{(incident.Detail is null ? "" : $" {incident.Detail}")}");
        }

        switch (summary)
        {
            case null:
                await errors.WriteLineAsync($"dag: run {runId} cannot go on in this process; what it did is stored");
                return ExitCode.Failed;
            case { FinishedAt: null }:
                await errors.WriteLineAsync(Waiting(report));
                return ExitCode.Suspended;
            default:
                return summary.SubStatus == "Finished" ? ExitCode.Ok : ExitCode.Failed;
        }
    }

    private static string Waiting(RunReport report)
    {
        var waiting = report.Executions.Where(e => e is { Status: "Running", StartedAt: not null }).Select(e => e.ActivityId).LastOrDefault();
        return $"dag: the run is suspended and nothing will wake it{(waiting is null ? "" : $" ({waiting} waits)")}; events are given with --event NAME";
    }
}
