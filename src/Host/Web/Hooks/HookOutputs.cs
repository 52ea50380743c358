using Dag.Host.Web.Safety;
using Dag.Workflows.Hooks;
using Microsoft.Net.Http.Headers;

namespace Dag.Host.Web.Hooks;

/// <summary>What an endpoint puts out of a request.</summary>
internal static class HookOutputs
{
    // What proves who the caller is does not belong into a history.
    private static readonly string[] Credentials = [HeaderNames.Authorization, HeaderNames.ProxyAuthorization, HeaderNames.Cookie, ServiceKey.Header];

    public static Dictionary<string, object?> Of(HttpRequest request, HookLookup found, HookContent content) => new()
    {
        ["Result"] = new Dictionary<string, object?>
        {
            ["Method"] = request.Method,
            ["Path"] = request.Path.Value,
            ["QueryString"] = request.QueryString.Value,
            ["ContentType"] = request.ContentType,
            ["ContentLength"] = request.ContentLength,
            ["Host"] = request.Host.Value,
            ["RemoteAddress"] = request.HttpContext.Connection.RemoteIpAddress?.ToString(),
        },
        ["ParsedContent"] = content.Value,
        ["Files"] = content.Files.ToList(),
        ["File"] = content.Files.Count > 0 ? content.Files[0] : null,
        ["RouteData"] = found.RouteValues,
        ["QueryStringData"] = HookBodyReader.ToValues(request.Query),
        ["Headers"] = HookBodyReader.ToValues(request.Headers.Where(h => !IsCredential(h.Key, found.Settings!))),
    };

    private static bool IsCredential(string header, HookSettings settings) =>
        Credentials.Contains(header, StringComparer.OrdinalIgnoreCase)
        || settings.ApiKey is not null && header.Equals(settings.ApiKeyHeader, StringComparison.OrdinalIgnoreCase);
}
