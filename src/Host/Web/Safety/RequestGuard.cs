using System.Security.Cryptography;
using System.Text;

namespace Dag.Host.Web.Safety;

/// <summary>
/// Decides before anything else who may speak to the service. Without a key only this machine can reach it, and there the danger is a
/// web page in the user's browser: it can send requests here, but not with another Host or Origin than its own, and not with a JSON
/// content type unless it is asked for permission first.
/// </summary>
internal sealed class RequestGuard(RequestDelegate next, WebOptions options)
{
    private readonly bool _isLoopback = options.IsLoopback;
    private readonly byte[]? _key = string.IsNullOrWhiteSpace(options.ApiKey) ? null : Hash(options.ApiKey);

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

        if (_key is not null && request.Path != "/health" && !HasKey(request))
        {
            request.HttpContext.Response.Headers.WWWAuthenticate = "ApiKey";
            return Refusal(StatusCodes.Status401Unauthorized, "Send the key in the header 'Authorization: ApiKey KEY' or 'X-Api-Key: KEY'.");
        }

        return IsChange(request.Method) && !request.HasJsonContentType()
            ? Refusal(StatusCodes.Status415UnsupportedMediaType, "Send changes with the header 'Content-Type: application/json'.")
            : null;
    }

    private bool HasKey(HttpRequest request)
    {
        var given = request.Headers["X-Api-Key"].ToString();
        var authorization = request.Headers.Authorization.ToString();
        foreach (var scheme in (ReadOnlySpan<string>)["ApiKey ", "Bearer "])
        {
            if (authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                given = authorization[scheme.Length..].Trim();
            }
        }

        // Hashes of one length, compared in constant time: the answer's delay says nothing of the key.
        return CryptographicOperations.FixedTimeEquals(Hash(given), _key);
    }

    private static bool IsLocal(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && WebOptions.IsLoopbackHost(uri.Host);

    private static bool IsChange(string method) =>
        !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method) && !HttpMethods.IsTrace(method);

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static IResult Refusal(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
}
