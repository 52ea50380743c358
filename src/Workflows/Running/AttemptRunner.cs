using System.Globalization;
using Dag.Workflows.Activities;
using Dag.Workflows.AttemptLogs;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;
using Dag.Workflows.Scheduling;
using Dag.Workflows.Telemetry;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Running;

/// <summary>Executes attempts of work activities and tells their runs how they ended.</summary>
internal sealed partial class AttemptRunner(
    ActivityBinder binder, RunFeed feed, AttemptLogWriter logs, SecretMask mask, RunMetrics metrics, TimeProvider clock, ILogger<AttemptRunner> logger)
{
    private static readonly Dictionary<string, object?> NoVariables = [];

    /// <summary>The key of an execution among the works of its run.</summary>
    public static string KeyOf(long execution) => execution.ToString(CultureInfo.InvariantCulture);

    /// <summary>An attempt, ready to be executed; its start is on record.</summary>
    public WorkItem Prepare(ActiveRun run, Execution execution)
    {
        var attempt = new Attempt(run, execution.Node, execution.Id, execution.Attempts, ExecutionInputs.Of(run.State, execution), run.State.Generation)
        {
            MayRetry = execution.Attempts - execution.LostAttempts < execution.Node.Work.Retries.MaxAttempts,
            Variables = execution.Node.Descriptor.ReadsVariables ? ExecutionInputs.VariablesOf(run.State, execution) : NoVariables,
        };
        return new WorkItem
        {
            Key = KeyOf(execution.Id),
            Timeout = execution.Node.Work.Timeout,
            Execute = slot => ExecuteAsync(attempt, slot),
        };
    }

    private async Task ExecuteAsync(Attempt attempt, WorkSlot slot)
    {
        var log = logs.Open(attempt.Run.State.RunId, attempt.Node.Id, attempt.Execution, attempt.Number);
        var (type, began) = (attempt.Node.Type, clock.GetTimestamp());
        metrics.AttemptStarted(type);
        var state = attempt.Run.State;
        using var span = AttemptSpan.Begin(
            attempt.Run.Span, state.RunId, state.Start!.WorkflowName, attempt.Node.Id, type, attempt.Execution, attempt.Number);
        var result = await RunAsync(attempt, slot, log);
        AttemptSpan.Result(span, NameOf(result, slot));
        if (result is AttemptResult.Failed { Error: var error })
        {
            AttemptSpan.Failed(span, error.GetType().FullName!, error.Message, mask.Apply(error.ToString()));
        }

        span?.Stop();
        metrics.AttemptEnded(type, NameOf(result, slot), clock.GetElapsedTime(began));
        log?.End();
        if (result is not null)
        {
            attempt.Run.Post(new AttemptArrival(attempt.Execution, attempt.Number, result));
        }
    }

    private async Task<AttemptResult?> RunAsync(Attempt attempt, WorkSlot slot, AttemptLog? log)
    {
        var state = attempt.Run.State;
        using var scope = logger.BeginScope(
            new LogScope(state.Start!.WorkflowName, state.RunId, attempt.Node.Id, attempt.Execution, attempt.Number) { Log = log });
        try
        {
            slot.Token.ThrowIfCancellationRequested();
            var activity = (WorkActivity)binder.Create(attempt.Node.Descriptor, attempt.Inputs);
            var context = ContextOf(attempt, log);
            await activity.ExecuteAsync(context, slot.Token);
            return new AttemptResult.Completed(context.Outcomes, binder.Outputs(activity)) { Port = context.Port };
        }
        catch (Exception) when (slot.Token.IsCancellationRequested)
        {
            return slot.Reason switch
            {
                StopReason.Draining => new AttemptResult.Returned(),
                StopReason.TimedOut => new AttemptResult.Failed(new ActivityException(
                    $"It took longer than its timeout of {attempt.Node.Work.Timeout:c}. Raise customProperties.timeout, or give it less to do.")),
                _ => null,
            };
        }
        catch (ActivityException e)
        {
            LogFailed(attempt.Node.Id, attempt.Number, mask.Apply(e.Message));
            return new AttemptResult.Failed(Masked(e));
        }
        catch (Exception e)
        {
            LogThrew(e, attempt.Node.Id, attempt.Number);
            return new AttemptResult.Failed(Masked(e));
        }
    }

    private static string NameOf(AttemptResult? result, WorkSlot slot) => result switch
    {
        AttemptResult.Completed => "completed",
        AttemptResult.Returned => "returned",
        AttemptResult.Failed => slot.Reason == StopReason.TimedOut ? "timed_out" : "failed",
        _ => "cancelled",
    };

    private WorkContext ContextOf(Attempt attempt, AttemptLog? log)
    {
        var state = attempt.Run.State;
        return new WorkContext
        {
            RunId = state.RunId,
            WorkflowName = state.Start!.WorkflowName,
            ActivityId = attempt.Node.Id,
            ExecutionId = attempt.Execution,
            Attempt = attempt.Number,
            MayRetry = attempt.MayRetry,
            Cases = attempt.Node.Cases,
            Variables = attempt.Variables,
            IdempotencyKey = $"{state.RunId}:{attempt.Generation}:{attempt.Execution}",
            ProgressSink = progress => TellProgress(attempt, progress, log),
        };
    }

    private void TellProgress(Attempt attempt, WorkProgress progress, AttemptLog? log)
    {
        progress = progress with { Message = mask.Apply(progress.Message) };
        log?.Progress(progress);
        if (feed.HasListeners)
        {
            feed.Tell(new WorkProgressed(attempt.Node.Id, attempt.Execution, progress) { Run = RunSummaries.Of(attempt.Run.State) });
        }
    }

    // The error becomes part of the history, which holds no secrets.
    private Exception Masked(Exception error)
    {
        var (message, detail) = (mask.Apply(error.Message), mask.Apply(error.InnerException?.Message));
        return message == error.Message && detail == error.InnerException?.Message
            ? error
            : new ActivityException(message, detail is null ? null : new InvalidOperationException(detail))
            {
                Retryable = error is not ActivityException { Retryable: false },
                RetryAfter = (error as ActivityException)?.RetryAfter,
            };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{ActivityId}, attempt {Attempt}: {Error}")]
    private partial void LogFailed(string activityId, int attempt, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "{ActivityId}, attempt {Attempt}, failed unexpectedly.")]
    private partial void LogThrew(Exception exception, string activityId, int attempt);

    private sealed record Attempt(ActiveRun Run, Node Node, long Execution, int Number, Dictionary<string, object?> Inputs, int Generation)
    {
        public required IReadOnlyDictionary<string, object?> Variables { get; init; }

        public required bool MayRetry { get; init; }
    }
}
