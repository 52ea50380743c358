using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net.Http.Headers;
using Dag.Activities.OutgoingHttp;
using Dag.Workflows.Activities;
using Dag.Workflows.Values;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Http;

/// <summary>What both HTTP request activities share: the request, its attempts and its answer. They differ in how they go on.</summary>
internal abstract partial class SendHttpRequestBase(HttpCaller caller, TimeProvider clock, ILogger logger) : WorkActivity
{
    /// <summary>Where the request goes.</summary>
    [Input("The absolute http or https URL. Its path and query are never shown in errors and logs. Link-local and cloud metadata addresses are refused, " +
        "and private ones unless the service allows them (DAG_HTTP_ALLOW).")]
    [Required]
    public string Url { get; set; } = "";

    /// <summary>The method.</summary>
    [Input("The HTTP method. Default: GET.", UIHint = UIHints.DropDown, Options = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])]
    [Required]
    public string Method { get; set; } = "GET";

    /// <summary>The body.</summary>
    [Input("The body: text and bytes are sent as they are, anything else as JSON, or as form fields with that content type. Default: none.", UIHint = UIHints.MultiLine)]
    public object? Content { get; set; }

    /// <summary>The body's type.</summary>
    [Input("The content type of the body. Default: application/json, and application/octet-stream for bytes.", UIHint = UIHints.DropDown,
        Options = ["", "application/json", "application/octet-stream", "application/x-www-form-urlencoded", "application/xml", "text/html", "text/json", "text/plain", "text/xml"])]
    public string? ContentType { get; set; }

    /// <summary>The Authorization header.</summary>
    [Input("The value of the header Authorization, such as Bearer secret:NAME. Default: none.", Sensitive = true)]
    public string? Authorization { get; set; }

    /// <summary>Whether that header is sent as it is.</summary>
    [Input("Whether the header Authorization is sent even if it is not of the form 'scheme parameter'. Default: false.")]
    public bool DisableAuthorizationHeaderValidation { get; set; }

    /// <summary>Further headers.</summary>
    [Input("Headers by name, a JSON object; a value is a text, such as secret:NAME, or a list of texts. Default: none.", UIHint = UIHints.Json, Sensitive = true)]
    public IReadOnlyDictionary<string, object?>? RequestHeaders { get; set; }

    /// <summary>How long one attempt may take.</summary>
    [Input("How long one attempt may take, redirects and body included, before it counts as timed out. Default: 100 seconds.")]
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>How large the answer may be.</summary>
    [Input("How many bytes the body of the answer may have, decompressed, up to 16,777,216. Default: 10,485,760.")]
    [Range(1, 16 << 20)]
    public int ResponseSizeLimit { get; set; } = 10 << 20;

    /// <summary>The status code.</summary>
    [Output("The status code of the answer; 0 when there was none.")]
    public int StatusCode { get; private set; }

    /// <summary>The body.</summary>
    [Output("The body of the answer: of JSON the value, of text the text, of anything else the bytes; nothing when it is empty.")]
    public object? ParsedContent { get; private set; }

    /// <summary>The headers.</summary>
    [Output("The headers of the answer by name, each a list of its values.")]
    public IReadOnlyDictionary<string, object?>? ResponseHeaders { get; private set; }

    /// <summary>Why there was no answer.</summary>
    [Output("Why there was no answer, or why it failed; nothing when it was answered.")]
    public string? Error { get; private set; }

    /// <inheritdoc/>
    public override async Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken)
    {
        var call = CallOf(context);
        var began = clock.GetTimestamp();
        try
        {
            var reply = await caller.SendAsync(call, cancellationToken);
            if (context.MayRetry && reply.MayPass && !Expects(context, reply.StatusCode))
            {
                throw new ActivityException($"{call.Url} answered {reply.StatusCode}.") { RetryAfter = reply.RetryAfter };
            }

            (StatusCode, ParsedContent, ResponseHeaders) = (reply.StatusCode, reply.Content, reply.Headers);
            context.Report(new WorkProgress(1, string.Create(CultureInfo.InvariantCulture,
                $"{call.Method} {call.Url} answered {StatusCode}, {reply.Bytes:N0} bytes, in {clock.GetElapsedTime(began).TotalSeconds:0.000} s")));
            LeaveAnswered(context, StatusCode);
        }
        catch (NoReplyException e) when (context.MayRetry)
        {
            throw new ActivityException(e.Message, e);
        }
        catch (NoReplyException e)
        {
            Error = e.Message;
            LogUnanswered(context.ActivityId, e.Message);
            context.Report(new WorkProgress(1, e.Message));
            LeaveUnanswered(context, e.TimedOut);
        }
    }

    /// <summary>Whether the definition names this status code, so that it is an answer and no failure.</summary>
    protected abstract bool Expects(WorkContext context, int statusCode);

    /// <summary>Goes on after an answer.</summary>
    protected abstract void LeaveAnswered(WorkContext context, int statusCode);

    /// <summary>Goes on without one.</summary>
    protected abstract void LeaveUnanswered(WorkContext context, bool timedOut);

    private HttpCall CallOf(WorkContext context)
    {
        if (!SecretUrl.TryParse(Url, out var url))
        {
            throw Unusable("'url' is no absolute http or https URL. It is not shown, as it may be a secret.");
        }

        var method = Method.Trim().ToUpperInvariant();
        if (method.Length == 0 || !method.All(c => char.IsAsciiLetter(c) || c == '-') || method is "CONNECT" or "TRACE")
        {
            throw Unusable($"'{Method}' is no HTTP method that can be sent. Set 'method' to one such as GET or POST.");
        }

        return new HttpCall
        {
            Url = url,
            Method = new HttpMethod(method),
            Headers = [.. HeadersOf(context, method)],
            Body = HttpBody.Of(Content, ContentType),
            Timeout = RequestTimeout,
            SizeLimit = ResponseSizeLimit,
        };
    }

    private IEnumerable<HttpHeader> HeadersOf(WorkContext context, string method)
    {
        var given = RequestHeaders ?? new Dictionary<string, object?>();
        if (!string.IsNullOrWhiteSpace(Authorization))
        {
            if (!DisableAuthorizationHeaderValidation && !AuthenticationHeaderValue.TryParse(Authorization, out _))
            {
                throw Unusable("'authorization' is not of the form 'scheme parameter', such as Bearer secret:NAME. Correct it, or set 'disableAuthorizationHeaderValidation'.");
            }

            yield return new HttpHeader("Authorization", [Authorization], DisableAuthorizationHeaderValidation);
        }

        foreach (var (name, value) in given)
        {
            yield return new HttpHeader(name, value is IEnumerable and not string ? [.. ((IEnumerable)value).Cast<object?>().Select(ValueConverter.ToText)] : [ValueConverter.ToText(value)]);
        }

        // An attempt can be repeated after its process died: with the key the server can tell.
        if (method is not ("GET" or "HEAD" or "OPTIONS") && !given.Keys.Contains("Idempotency-Key", StringComparer.OrdinalIgnoreCase))
        {
            yield return new HttpHeader("Idempotency-Key", [context.IdempotencyKey]);
        }
    }

    private static ActivityException Unusable(string message) => new(message) { Retryable = false };

    [LoggerMessage(LogLevel.Warning, "{Activity} got no answer: {Message}")]
    private partial void LogUnanswered(string activity, string message);
}
