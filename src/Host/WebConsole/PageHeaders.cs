namespace Dag.Host.WebConsole;

/// <summary>What pages tell the browser: to load nothing from elsewhere, to run no text as code, and to show them in no other page.</summary>
internal sealed class PageHeaders : IEndpointFilter
{
    // The scripts that components of Studio 3.8.2 write into the page: the keys of the editor and of the list of runs.
    private const string StudioKeys = "'sha256-snlP1jz0gjwc5cTz9ErZcliXuCK63+Mmf68RRCeptgc=' 'sha256-vu6sQrKXQHR4Yn3FMMihA/9TxxfIXnCxKwvLrTPJ5ts='";

    // Studio's components write styles into their elements and use blobs for the workers of its code editor.
    private const string Policy =
        $"default-src 'self'; script-src 'self' 'wasm-unsafe-eval' {StudioKeys}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
        "font-src 'self' data:; connect-src 'self' {0}; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (request, headers) = (context.HttpContext.Request, context.HttpContext.Response.Headers);
        // Not every browser takes 'self' for sockets.
        headers.ContentSecurityPolicy = string.Format(System.Globalization.CultureInfo.InvariantCulture, Policy, $"{(request.IsHttps ? "wss" : "ws")}://{request.Host}");
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "no-cache";
        return next(context);
    }
}
