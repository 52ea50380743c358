using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Dag.Host.Tests.Demo;

/// <summary>A real server that webhooks call, on a free port of the loopback interface.</summary>
internal sealed class MessageReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private MessageReceiver(WebApplication app) => _app = app;

    /// <summary>The messages that arrived, in order.</summary>
    public ConcurrentQueue<string> Messages { get; } = new();

    public string Address => _app.Urls.Single();

    public static async Task<MessageReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new MessageReceiver(builder.Build());
        receiver._app.MapPost("/", (JsonElement body) => receiver.Messages.Enqueue(body.GetProperty("message").GetString()!));
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
