using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Dag.Workflows.Activities;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Dag.Activities.OutgoingHttp;

/// <summary>
/// Posts JSON to a URL that is a secret. What may pass (no connection, no answer in time, 408, 429, 5xx) is tried again with growing
/// pauses, or when the server says; whatever fails in the end is an <see cref="ActivityException"/> that does not show the URL.
/// </summary>
internal sealed class WebhookSender(OutgoingHttpOptions options, TimeProvider clock) : IDisposable
{
    private const int MostRedirects = 5;
    private const int ShownOfAnswer = 200;
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(1);
    private readonly HttpClient _http = new(GuardedHandler.Create(options, options.AllowPrivateAddresses)) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Posts the body until it is accepted with a 2xx answer.</summary>
    public async Task PostAsync(SecretUrl url, byte[] json, WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        var attempts = 0;
        var pipeline = Pipeline(delivery);
        Answer answer;
        try
        {
            answer = await pipeline.ExecuteAsync(
                async token =>
                {
                    attempts++;
                    return await FollowAsync(url, json, delivery, token);
                },
                cancellationToken);
        }
        catch (TimeoutRejectedException e)
        {
            throw Failed(url, attempts, string.Create(CultureInfo.InvariantCulture, $"gave no answer within {delivery.Timeout.TotalSeconds:0.###} s"), e, true);
        }
        catch (HttpRequestException e) when (e.InnerException is RefusedAddressException refused)
        {
            throw new ActivityException(refused.Message, refused) { Retryable = false };
        }
        catch (HttpRequestException e)
        {
            throw Failed(url, attempts, $"could not be reached: {url.Mask(e.Message)}", e, true);
        }

        if ((int)answer.Status is < 200 or > 299)
        {
            throw Failed(url, attempts, answer.Describe(url), null, MayPass(answer.Status));
        }
    }

    public void Dispose() => _http.Dispose();

    private static ActivityException Failed(SecretUrl url, int attempts, string what, Exception? cause, bool retryable) =>
        new($"{url} {what} ({(attempts == 1 ? "1 attempt" : $"{attempts} attempts")}).", cause) { Retryable = retryable };

    private static bool MayPass(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;

    private ResiliencePipeline<Answer> Pipeline(WebhookDelivery delivery)
    {
        var builder = new ResiliencePipelineBuilder<Answer> { TimeProvider = clock };
        if (delivery.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<Answer>
            {
                MaxRetryAttempts = delivery.Retries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = _longestPause,
                UseJitter = true,
                DelayGenerator = args => ValueTask.FromResult(args.Outcome.Result?.RetryAfter),
                ShouldHandle = args => ValueTask.FromResult(args.Outcome switch
                {
                    { Exception: HttpRequestException e } => e.InnerException is not RefusedAddressException,
                    { Exception: TimeoutRejectedException } => true,
                    { Result: { } answer } => MayPass(answer.Status),
                    _ => false,
                }),
            });
        }

        return builder.AddTimeout(new TimeoutStrategyOptions { Timeout = delivery.Timeout }).Build();
    }

    // Redirects that keep the method are followed here: the handler would turn the others into a GET that delivers nothing.
    private async Task<Answer> FollowAsync(SecretUrl url, byte[] json, WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            var answer = await SendAsync(url, json, delivery, cancellationToken);
            var keepsMethod = answer.Status is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
            if (!keepsMethod || redirects == MostRedirects || url.Redirect(answer.Location) is not { } next)
            {
                return answer;
            }

            url = next;
        }
    }

    private async Task<Answer> SendAsync(SecretUrl url, byte[] json, WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url.Uri)
        {
            Content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } },
        };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Dag", null));
        request.Headers.Add("Idempotency-Key", delivery.IdempotencyKey);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var text = response.IsSuccessStatusCode ? "" : await ReadStartAsync(response.Content, cancellationToken);
        return new Answer(response.StatusCode, response.ReasonPhrase, text, response.Headers.Location, RetryAfter(response.Headers.RetryAfter));
    }

    private static async Task<string> ReadStartAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[4 * ShownOfAnswer];
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(bytes, 0, read);
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? header?.Date - clock.GetUtcNow();
        return wait is null ? null : TimeSpan.FromTicks(Math.Clamp(wait.Value.Ticks, 0, _longestPause.Ticks));
    }

    private sealed record Answer(HttpStatusCode Status, string? Reason, string Text, Uri? Location, TimeSpan? RetryAfter)
    {
        public string Describe(SecretUrl url)
        {
            var line = string.Join(' ', url.Mask(Text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            var shown = line.Length > ShownOfAnswer ? line[..ShownOfAnswer] + "…" : line;
            var redirected = (int)Status is > 300 and < 400 ? "; set 'url' to where it leads" : "";
            return $"answered {(int)Status} {url.Mask(Reason ?? "")}".TrimEnd() + (shown.Length > 0 ? $": {shown}" : "") + redirected;
        }
    }
}
