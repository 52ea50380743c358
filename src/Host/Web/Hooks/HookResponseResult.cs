using Dag.Workflows.Hooks;

namespace Dag.Host.Web.Hooks;

/// <summary>Sends what a workflow wrote.</summary>
internal sealed class HookResponseResult(HookResponse response) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var sent = httpContext.Response;
        sent.StatusCode = response.StatusCode;
        foreach (var (name, values) in response.Headers)
        {
            sent.Headers[name] = values;
        }

        if (response.ContentType is not null)
        {
            sent.ContentType = response.ContentType;
        }

        if (response.Body.Length > 0)
        {
            sent.ContentLength = response.Body.Length;
            await sent.Body.WriteAsync(response.Body, httpContext.RequestAborted);
        }
        else
        {
            // Otherwise the pages for bare status codes would take its place.
            await sent.CompleteAsync();
        }
    }
}
