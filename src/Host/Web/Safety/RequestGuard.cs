using Dag.Host.ElsaApi.Live;
using Dag.Host.Web.Hooks;

namespace Dag.Host.Web.Safety;

/// <summary>
/// Decides before anything else who may speak to the service. Without a key only this machine can reach it, and there the danger is a
/// web page in the user's browser: it can send requests here, but not with another Host or Origin than its own, and not with a JSON
/// content type unless it is asked for permission first.
/// </summary>
internal sealed class RequestGuard(RequestDelegate next, WebOptions options, ServiceKey key, SignedInCookie cookie)
{
    // What a browser needs before somebody has signed in; nothing of it is anybody's.
    private static readonly string[] Open = ["/health", SignInEndpoints.Path, "/console/console.css", "/console/sign-in.js", "/console/icon.svg"];

    private readonly bool _isLoopback = options.IsLoopback;

    public Task InvokeAsync(HttpContext context) => Refuse(context.Request) is { } refusal ? refusal.ExecuteAsync(context) : next(context);

    private IResult? Refuse(HttpRequest request)
    {
        if (_isLoopback && !WebOptions.IsLoopbackHost(request.Host.Host))
        {
            return Refusal(StatusCodes.Status421MisdirectedRequest, $"The host '{request.Host.Host}' is not this service: use localhost or 127.0.0.1.");
        }

        if (_isLoopback && request.Headers.Origin is { Count: > 0 } origin && !IsLocal(origin.ToString()))
        {
            return Refusal(StatusCodes.Status403Forbidden, "A page of another site may not use this service.");
        }

        // Who may call an endpoint of a workflow, and with what, the endpoint says.
        if (HookEndpoints.IsHook(request))
        {
            return _isLoopback && request.Headers["Sec-Fetch-Site"] == "cross-site"
                ? Refusal(StatusCodes.Status403Forbidden, "A page of another site may not use this service.")
                : null;
        }

        if (key.IsConfigured && !Array.Exists(Open, p => request.Path == p) && !MayEnter(request))
        {
            return NotSignedIn(request);
        }

        return IsChange(request.Method) && !request.HasJsonContentType() && !IsHarmless(request)
            ? Refusal(StatusCodes.Status415UnsupportedMediaType, "Send changes with the header 'Content-Type: application/json'.")
            : null;
    }

    private bool MayEnter(HttpRequest request) =>
        HasKey(request) || IsOwnSocket(request) || cookie.IsValid(request) && (!IsChange(request.Method) || IsFromOwnPage(request));

    private static IResult NotSignedIn(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            return TypedResults.LocalRedirect($"{SignInEndpoints.Path}?to={Uri.EscapeDataString(request.Path + request.QueryString)}");
        }

        request.HttpContext.Response.Headers.WWWAuthenticate = "ApiKey";
        return Refusal(StatusCodes.Status401Unauthorized, "Send the key in the header 'Authorization: ApiKey KEY' or 'X-Api-Key: KEY'.");
    }

    private bool HasKey(HttpRequest request)
    {
        var given = ServiceKey.GivenIn(request, ServiceKey.Header);

        // A browser cannot put a header on a socket: SignalR's clients send a bearer's token in the query, for the hub only.
        if (given.Length == 0 && request.Path == WorkflowInstanceHub.Path)
        {
            given = request.Query["access_token"].ToString();
        }

        return key.Is(given);
    }

    // Nor can it send an API key on a socket. It may then be opened by the secret token that the negotiation, which needs the key, has
    // given for it: the hub knows none other, and answers 404 to any.
    private static bool IsOwnSocket(HttpRequest request) =>
        request.Path == WorkflowInstanceHub.Path && HttpMethods.IsGet(request.Method) && request.HttpContext.WebSockets.IsWebSocketRequest
        && request.Query["id"].ToString().Length > 0;

    // Pages of other sites can make changes that need no permission, but only with a body of a few types, or none, and never with
    // DELETE; and the browser says where the request comes from.
    private static bool IsHarmless(HttpRequest request) => IsFromOwnPage(request) || HttpMethods.IsDelete(request.Method) && request.ContentType is null;

    private static bool IsFromOwnPage(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site)
        {
            return site == "same-origin";
        }

        // Where the connection is not encrypted, browsers leave that out, but say the origin.
        return Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
            && origin.Authority.Equals(request.Host.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsLocal(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && WebOptions.IsLoopbackHost(uri.Host);

    private static bool IsChange(string method) =>
        !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method) && !HttpMethods.IsTrace(method);

    private static IResult Refusal(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
}
