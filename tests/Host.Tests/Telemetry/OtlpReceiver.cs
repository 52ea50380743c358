using System.Collections.Concurrent;
using System.Text;
using Dag.Host.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dag.Host.Tests.Telemetry;

/// <summary>Receives OTLP on a port of its own, and reads what it received.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _requests = new();
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>What the environment would say.</summary>
    public TelemetryOptions Options => TelemetryOptions.From(name => name == "OTEL_EXPORTER_OTLP_ENDPOINT" ? Address + "/ingest/otlp" : null);

    public IEnumerable<string> Paths => _requests.Select(r => r.Path).Distinct();

    public IReadOnlyList<string> Metrics => [.. Messages("/ingest/otlp/v1/metrics").SelectMany(m => m.All(1, 2, 2)).Select(m => m.Text(1)).Distinct().Order(StringComparer.Ordinal)];

    public IReadOnlyList<ProtoMessage> Logs => [.. Messages("/ingest/otlp/v1/logs").SelectMany(m => m.All(1, 2, 2))];

    public IEnumerable<Dictionary<string, object>> Resources => Messages("/ingest/otlp/v1/traces").SelectMany(m => m.All(1, 1)).Select(r => r.Attributes(1));

    public static async Task<OtlpReceiver> StartAsync(Func<HttpContext, Task>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            receiver._requests.Enqueue((context.Request.Path, body.ToArray()));
            await (answer?.Invoke(context) ?? Task.CompletedTask);
        });
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Whether anything that was received holds this text.</summary>
    public bool Holds(string text) => _requests.Any(r => r.Body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    /// <summary>The spans of these runs: it hears of those of all services of this process.</summary>
    public IReadOnlyList<OtlpSpan> SpansOf(params string[] runIds) =>
        [.. Messages("/ingest/otlp/v1/traces").SelectMany(m => m.All(1, 2, 2)).Select(OtlpSpan.Of).Where(s => runIds.Contains(s.Attributes["dag.run.id"]))];

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IEnumerable<ProtoMessage> Messages(string path) => _requests.Where(r => r.Path == path).Select(r => new ProtoMessage(r.Body));
}

/// <summary>A span as it was received.</summary>
internal sealed record OtlpSpan(string TraceId, string SpanId, string ParentId, string Name, Dictionary<string, object> Attributes)
{
    public required IReadOnlyList<(string TraceId, string SpanId)> Links { get; init; }

    public required IReadOnlyList<Dictionary<string, object>> Events { get; init; }

    public required bool IsError { get; init; }

    public required string Status { get; init; }

    public required ulong Start { get; init; }

    public required ulong End { get; init; }

    public static OtlpSpan Of(ProtoMessage span) => new(span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), span.Attributes(9))
    {
        Start = span.Number(7),
        End = span.Number(8),
        Events = [.. span.All(11).Select(e => e.Attributes(3))],
        Links = [.. span.All(13).Select(l => (l.Hex(1), l.Hex(2)))],
        IsError = span.All(15).Any(s => s.Number(3) == 2),
        Status = span.All(15).LastOrDefault()?.Text(2) ?? "",
    };
}
