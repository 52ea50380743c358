using Dag.Host.Hosting;
using Dag.Host.Web.Hooks;

namespace Dag.Host.Web.Safety;

/// <summary>Answers 503 for what the service cannot do yet or any more: everything until it is ready, changes while it drains.</summary>
internal sealed class ReadinessGuard(RequestDelegate next, DagNode node)
{
    public Task InvokeAsync(HttpContext context)
    {
        var mayPass = node.IsReady || context.Request.Path == "/health" || node.State == NodeState.Draining && HttpMethods.IsGet(context.Request.Method) && !HookEndpoints.IsHook(context.Request);
        if (mayPass)
        {
            return next(context);
        }

        context.Response.Headers.RetryAfter = "2";
        var detail = node.State == NodeState.Starting ? "The service is starting." : "The service is stopping and takes nothing new.";
        return TypedResults.Problem(detail, statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
    }
}
