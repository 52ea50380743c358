using System.Globalization;
using Dag.Host.Web.Safety;
using Dag.Workflows.Hooks;
using Dag.Workflows.Running;
using Microsoft.AspNetCore.Http.Features;

namespace Dag.Host.Web.Hooks;

/// <summary>Decides who may call an endpoint: who shows its own credential, or else the service's key where the service has one.</summary>
internal sealed partial class HookCredentials(ServiceKey serviceKey, SecretMask mask, TimeProvider clock, ILogger<HookCredentials> logger)
{
    private const int LongestTimestamp = 20;

    /// <summary>Checks the keys.</summary>
    /// <exception cref="HookRefusedException">One is missing or wrong.</exception>
    public void CheckKeys(HttpRequest request, HookSettings settings)
    {
        if (settings.Authorize && !serviceKey.IsConfigured)
        {
            throw HookRefusedException.Unauthorized("This endpoint takes authenticated requests only, and the service has no key: set DAG_API_KEY for it.");
        }

        if ((settings.Authorize || serviceKey.IsConfigured && !settings.HasCredential) && !serviceKey.IsIn(request))
        {
            throw HookRefusedException.Unauthorized($"Send the service's key in the header 'Authorization: ApiKey KEY' or '{ServiceKey.Header}: KEY'.");
        }

        if (settings.ApiKey is { } reference && !ServiceKey.IsIn(request, settings.ApiKeyHeader, Resolve(reference, request)))
        {
            throw HookRefusedException.Unauthorized($"Send the endpoint's key in the header '{settings.ApiKeyHeader}'.");
        }
    }

    /// <summary>The signature of the request, to be verified with its body; null when none is asked for.</summary>
    /// <exception cref="HookRefusedException">It is missing, malformed or out of time.</exception>
    public HookSignature? FindSignature(HttpRequest request, HookSettings settings)
    {
        if (settings.SigningSecret is not { } reference)
        {
            return null;
        }

        var secret = Resolve(reference, request);
        if (settings.SignatureFormat == HookSignatureFormat.GitHub)
        {
            return HookSignature.Of(request.Headers["X-Hub-Signature-256"].ToString(), secret, "", isUsedOnce: false);
        }

        var timestamp = request.Headers["X-Dag-Timestamp"].ToString();
        CheckTime(timestamp, settings.ReplayWindow);
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return HookSignature.Of(request.Headers["X-Dag-Signature"].ToString(), secret, $"{timestamp}.{request.Method}.{target}.", isUsedOnce: true);
    }

    private void CheckTime(string timestamp, TimeSpan window)
    {
        if (timestamp.Length is 0 or > LongestTimestamp
            || !decimal.TryParse(timestamp, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            throw HookRefusedException.Unauthorized("The header X-Dag-Timestamp is missing or no number of seconds since 1970.");
        }

        var now = clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000m;
        if (Math.Abs(now - seconds) > (decimal)window.TotalSeconds)
        {
            throw HookRefusedException.Unauthorized(
                string.Create(CultureInfo.InvariantCulture, $"The timestamp differs from the service's time by more than {window.TotalSeconds:0.###} s."));
        }
    }

    private string Resolve(string reference, HttpRequest request)
    {
        try
        {
            if (Secrets.Resolve(reference, mask) is string { Length: > 0 } secret)
            {
                return secret;
            }

            throw new SecretException($"{reference} is empty.");
        }
        catch (SecretException e)
        {
            // An endpoint whose secret is missing is closed, not open.
            LogNotSetUp(request.Method, request.Path, e.Message);
            throw new HookRefusedException(StatusCodes.Status503ServiceUnavailable, "This endpoint is not set up; the service's log says why.", e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} is refused: {Reason}")]
    private partial void LogNotSetUp(string method, string path, string reason);
}
