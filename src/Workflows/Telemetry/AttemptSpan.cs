using System.Diagnostics;

namespace Dag.Workflows.Telemetry;

/// <summary>The span of an attempt, under its run's. What the attempt calls is under it.</summary>
internal static class AttemptSpan
{
    public static Activity? Begin(RunSpan run, string runId, string workflow, string activityId, string type, long execution, int attempt) =>
        !DagTracing.Source.HasListeners()
            ? null
            : DagTracing.Source.StartActivity(
                ActivityKind.Internal,
                run.Context,
                [
                    new("dag.run.id", runId),
                    new("dag.workflow.name", workflow),
                    new("dag.activity.id", activityId),
                    new("dag.activity.type", type),
                    new("dag.execution.id", execution),
                    new("dag.attempt.number", attempt),
                ],
                name: activityId);

    /// <summary>Says how it ended.</summary>
    public static void Result(Activity? span, string result) => span?.SetTag("dag.attempt.result", result);

    /// <summary>Says that it failed. The texts hold no secrets.</summary>
    public static void Failed(Activity? span, string type, string message, string detail)
    {
        if (span is null)
        {
            return;
        }

        span.SetStatus(ActivityStatusCode.Error, message);
        span.AddEvent(new ActivityEvent("exception", tags: new ActivityTagsCollection
        {
            ["exception.type"] = type,
            ["exception.message"] = message,
            ["exception.stacktrace"] = detail,
        }));
    }
}
