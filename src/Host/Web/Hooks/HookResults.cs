using Dag.Host.Web.Api;
using Dag.Workflows.Hooks;

namespace Dag.Host.Web.Hooks;

/// <summary>Waits for what a caller is told, and tells it.</summary>
internal static class HookResults
{
    /// <summary>The answer of a run, as soon as there is one, or after so long that the request was taken.</summary>
    public static async Task<IResult> WaitAsync(HookCaller caller, string runId, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            return Of(await caller.Answer.WaitAsync(patience, clock, cancellationToken), runId);
        }
        catch (TimeoutException)
        {
            // An answer that the run has claimed is about to be stored, and then comes.
            caller.TryAnswer(new HookAnswer.Accepted());
            return Of(await caller.Answer.WaitAsync(cancellationToken), runId);
        }
    }

    private static IResult Of(HookAnswer answer, string runId) => answer switch
    {
        HookAnswer.Written written => new HookResponseResult(written.Response),
        HookAnswer.Failed => TypedResults.Problem(
            "The run ended before it answered.", statusCode: StatusCodes.Status500InternalServerError, title: "The workflow failed.", extensions: RunOf(runId)),
        HookAnswer.Gone => TypedResults.Problem(
            "The run does not take requests any more.", statusCode: StatusCodes.Status409Conflict, extensions: RunOf(runId)),
        _ => TypedResults.Accepted($"/api/v1/runs/{runId}", new StartedRun(runId)),
    };

    private static Dictionary<string, object?> RunOf(string runId) => new() { ["runId"] = runId };
}
