using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Dag.Activities.OutgoingHttp;
using Dag.Workflows.Activities;

namespace Dag.Activities.Http;

/// <summary>Makes the requests of activities. Where they lead, redirects included, is checked when the connection is made.</summary>
internal sealed class HttpCaller(OutgoingHttpOptions options, TimeProvider clock) : IDisposable
{
    private const int MostRedirects = 10;
    private static readonly string[] _harmless = ["Accept", "Accept-Language", "User-Agent"];

    private readonly HttpClient _http = new(Handler(options)) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Sends it and reads the whole answer.</summary>
    /// <exception cref="NoReplyException">Nobody could be reached, or not in time.</exception>
    /// <exception cref="ActivityException">The request cannot be made, its address is refused, or its answer cannot be used.</exception>
    public async Task<HttpReply> SendAsync(HttpCall call, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(call.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await FollowAsync(call, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NoReplyException(string.Create(CultureInfo.InvariantCulture, $"{call.Url} gave no answer within {call.Timeout.TotalSeconds:0.###} s."), e) { TimedOut = true };
        }
        catch (HttpRequestException e) when (e.InnerException is RefusedAddressException refused)
        {
            var fix = refused.CanBeAllowed ? " Whoever runs the service can allow it with the environment variable DAG_HTTP_ALLOW." : "";
            throw new ActivityException(refused.Message + fix, refused) { Retryable = false };
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new NoReplyException($"{call.Url} could not be reached: {call.Url.Mask(e.Message)}", e) { TimedOut = false };
        }
    }

    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler Handler(OutgoingHttpOptions options)
    {
        var handler = GuardedHandler.Create(options, allowPrivate: false);
        handler.AutomaticDecompression = DecompressionMethods.All;
        return handler;
    }

    private async Task<HttpReply> FollowAsync(HttpCall call, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = RequestOf(call);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (redirects == MostRedirects || Redirected(call, response) is not { } next)
            {
                return await ReadAsync(call, response, cancellationToken);
            }

            call = next;
        }
    }

    // As browsers do: a redirect of a form leads to a page. What may be secret does not go to another site.
    private static HttpCall? Redirected(HttpCall call, HttpResponseMessage response)
    {
        var isRedirect = response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
        if (!isRedirect || call.Url.Redirect(response.Headers.Location) is not { } url)
        {
            return null;
        }

        var becomesGet = response.StatusCode == HttpStatusCode.SeeOther ? call.Method != HttpMethod.Head
            : response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found && call.Method == HttpMethod.Post;
        var isSameSite = Uri.Compare(url.Uri, call.Url.Uri, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
        return call with
        {
            Url = url,
            Method = becomesGet ? HttpMethod.Get : call.Method,
            Body = becomesGet ? null : call.Body,
            Headers = isSameSite ? call.Headers : [.. call.Headers.Where(h => _harmless.Contains(h.Name, StringComparer.OrdinalIgnoreCase))],
        };
    }

    private static HttpRequestMessage RequestOf(HttpCall call)
    {
        var request = new HttpRequestMessage(call.Method, call.Url.Uri) { Content = call.Body?.ToContent() };
        foreach (var header in call.Headers)
        {
            if (!TryAdd(request, header))
            {
                request.Dispose();
                throw new ActivityException($"The header '{header.Name}' cannot be sent: its name or its value is not allowed. Its value is not shown, as it may be a secret.")
                {
                    Retryable = false,
                };
            }
        }

        if (request.Headers.UserAgent.Count == 0)
        {
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Dag", null));
        }

        return request;
    }

    private static bool TryAdd(HttpRequestMessage request, HttpHeader header)
    {
        try
        {
            if (header.IsUnchecked)
            {
                return header.Values.All(v => v.AsSpan().IndexOfAny('\r', '\n', '\0') < 0) && request.Headers.TryAddWithoutValidation(header.Name, header.Values);
            }

            request.Headers.Add(header.Name, header.Values);
            return true;
        }
        catch (InvalidOperationException)
        {
            // A header of the content; it counts when there is content.
            return request.Content is null || TryReplace(request.Content.Headers, header);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool TryReplace(HttpContentHeaders headers, HttpHeader header)
    {
        headers.Remove(header.Name);
        try
        {
            headers.Add(header.Name, header.Values);
            return true;
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            return false;
        }
    }

    private async Task<HttpReply> ReadAsync(HttpCall call, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bytes = await ReplyContent.ReadAsync(response.Content, call.Url, call.SizeLimit, cancellationToken);
        var retryAfter = response.Headers.RetryAfter;
        return new HttpReply
        {
            StatusCode = (int)response.StatusCode,
            Headers = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => (object?)h.Value.Cast<object?>().ToList(), StringComparer.OrdinalIgnoreCase),
            Content = ReplyContent.Parse(bytes, response.Content.Headers.ContentType, call.Url, response.IsSuccessStatusCode),
            Bytes = bytes.Length,
            RetryAfter = retryAfter?.Delta ?? retryAfter?.Date - clock.GetUtcNow(),
        };
    }
}
