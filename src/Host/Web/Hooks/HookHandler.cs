using Dag.Host.Web.Api;
using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Hooks;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;

namespace Dag.Host.Web.Hooks;

/// <summary>
/// Takes a request for an endpoint of a workflow: finds the workflow or the run, checks who calls, reads the body, starts or resumes the
/// run, and answers when that is stored, with what the workflow writes if it does so in time.
/// </summary>
internal sealed partial class HookHandler(
    HookFinder finder, HookCredentials credentials, HookBodyReader bodies, IdempotentStarts starts, DagEngine engine, WebOptions options, TimeProvider clock,
    ILogger<HookHandler> logger)
{
    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">Its path below <c>/hooks</c>.</param>
    public async Task HandleAsync(HttpContext context, string path)
    {
        IResult result;
        try
        {
            result = await TakeAsync(context, path);
        }
        catch (HookRefusedException e)
        {
            if (e.StatusCode == StatusCodes.Status401Unauthorized)
            {
                context.Response.Headers.WWWAuthenticate = "ApiKey";
            }

            result = TypedResults.Problem(e.Message, statusCode: e.StatusCode);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told; what was stored goes on.
            return;
        }

        await result.ExecuteAsync(context);
    }

    private async Task<IResult> TakeAsync(HttpContext context, string path)
    {
        var request = context.Request;
        var correlationId = CorrelationIdOf(request);
        var found = await finder.FindAsync(request.Method.ToUpperInvariant(), path, correlationId, context.RequestAborted);
        if (found.Settings is not { } settings)
        {
            return NotFound(context, found, path);
        }

        credentials.CheckKeys(request, settings);
        using var signature = credentials.FindSignature(request, settings);
        if (found.Waiting > 1)
        {
            return TypedResults.Problem(
                $"{found.Waiting} runs wait for this request, so that it is not clear which one is meant. Send the header X-Correlation-ID, or give each run a path of its own.",
                statusCode: StatusCodes.Status409Conflict);
        }

        var content = await bodies.ReadAsync(request, settings, signature, context.RequestAborted);
        var isTaken = false;
        try
        {
            var caller = new HookCaller();
            (var runId, isTaken) = await HandOverAsync(request, found, content, correlationId, signature?.ReplayKey, caller);
            return isTaken ? await HookResults.WaitAsync(caller, runId, settings.RequestTimeout ?? options.AnswerPatience, clock, context.RequestAborted)
                : found.Published is not null ? await RepeatedAsync(runId)
                : TypedResults.Problem($"Another request was first: run {runId} goes on already.", statusCode: StatusCodes.Status409Conflict);
        }
        catch (HookRefusedException e) when (e.RunMayFollow)
        {
            isTaken = true;
            throw;
        }
        catch (StartRefusedException e)
        {
            throw new HookRefusedException(StatusCodes.Status409Conflict, "The workflow takes no further run at the moment.", e);
        }
        catch (ActivityException e)
        {
            throw HookRefusedException.TooLarge(e.Message);
        }
        catch (DefinitionException e)
        {
            // What is wrong with the workflow is no business of its callers.
            LogCannotStart(e, found.Published!.Definition.Name);
            throw new HookRefusedException(StatusCodes.Status500InternalServerError, "The workflow cannot start; the service's log says why.", e);
        }
        finally
        {
            if (!isTaken)
            {
                content.Discard();
            }
        }
    }

    // Starts a run, or lets the one go on that waits; false when another request has done so.
    private async Task<(string RunId, bool IsTaken)> HandOverAsync(
        HttpRequest request, HookLookup found, HookContent content, string? correlationId, string? replayKey, HookCaller caller)
    {
        var outputs = HookOutputs.Of(request, found, content);
        IReadOnlyList<string>? outcomes = content.Outcome is null ? null : [content.Outcome];
        if (found.Published is not { } hook)
        {
            return (found.Wait!.RunId, await engine.ResumeAsync(found.Wait, outputs, outcomes, caller, CancellationToken.None));
        }

        var start = new StartRequest
        {
            Definition = hook.Definition,
            CorrelationId = correlationId,
            TriggerActivityId = hook.Node.Id,
            TriggerOutputs = outputs,
            TriggerOutcomes = outcomes,
            Caller = caller,
        };
        return await StartAsync(start, hook.Scope, HookKeys.Find(request, hook.Settings, content.Value), replayKey);
    }

    // Not cancelled with the request: a start that is under way is stored, and others may wait for the same.
    private async Task<(string RunId, bool IsNew)> StartAsync(StartRequest start, string scope, string? key, string? signatureKey)
    {
        if (signatureKey is not null)
        {
            start = key is null ? start : start with { LedgerKeys = [new LedgerKey(scope, signatureKey)] };
            key ??= signatureKey;
        }

        try
        {
            return await starts.StartAsync(start, scope, key, CancellationToken.None).WaitAsync(options.AnswerPatience, clock);
        }
        catch (TimeoutException e)
        {
            throw new HookRefusedException(StatusCodes.Status503ServiceUnavailable, "The run could not be stored in time; it may be stored later.", e) { RunMayFollow = true };
        }
        catch (InvalidOperationException e) when (engine.IsDraining)
        {
            throw new HookRefusedException(StatusCodes.Status503ServiceUnavailable, "The service is stopping and takes nothing new.", e);
        }
    }

    // A signature that was used with another key has started another run, which this caller is not told of.
    private async Task<IResult> RepeatedAsync(string runId) =>
        await engine.FindRunAsync(runId, CancellationToken.None) is not null
            ? TypedResults.Ok(new StartedRun(runId))
            : TypedResults.Problem("This request has been taken already.", statusCode: StatusCodes.Status409Conflict);

    private static IResult NotFound(HttpContext context, HookLookup found, string path)
    {
        if (found.AllowedMethods.Count == 0)
        {
            return Problems.NotFound($"No workflow answers requests at /hooks{path}.");
        }

        var allowed = string.Join(", ", found.AllowedMethods);
        context.Response.Headers.Allow = allowed;
        return TypedResults.Problem($"/hooks{path} takes {allowed}.", statusCode: StatusCodes.Status405MethodNotAllowed);
    }

    private static string? CorrelationIdOf(HttpRequest request)
    {
        var id = request.Headers["X-Correlation-ID"].ToString() is { Length: > 0 } header ? header : request.Query["correlationId"].ToString();
        return id.Length is > 0 and <= 200 ? id : null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A request for the workflow {Workflow} could not start a run.")]
    private partial void LogCannotStart(Exception exception, string workflow);
}
