using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dag.Host.Tests.Kill;

/// <summary>The world outside: a server that remembers each webhook that reached it.</summary>
internal sealed class EffectReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EffectReceiver(WebApplication app) => _app = app;

    /// <summary>The run, the activity and the idempotency key of each call.</summary>
    public ConcurrentQueue<(string RunId, string ActivityId, string Key)> Calls { get; } = new();

    public string Address => _app.Urls.Single();

    public static async Task<EffectReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new EffectReceiver(builder.Build());
        receiver._app.MapPost("/", (HttpRequest request, JsonElement body) => receiver.Calls.Enqueue(
            (body.GetProperty("runId").GetString()!, body.GetProperty("activityId").GetString()!, request.Headers["Idempotency-Key"].ToString())));
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
