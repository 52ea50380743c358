using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Tests.OutgoingHttp;

/// <summary>A real HTTP server on a free port of the loopback interface, which keeps the requests that it got.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LocalServer(WebApplication app) => _app = app;

    public ConcurrentQueue<(string Path, string Body, Dictionary<string, string> Headers)> Requests { get; } = new();

    public string Address => _app.Urls.Single();

    /// <summary>Starts it; the answer is told how many requests came before.</summary>
    public static async Task<LocalServer> StartAsync(Func<HttpContext, int, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new LocalServer(builder.Build());
        server._app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var before = server.Requests.Count;
            server.Requests.Enqueue((context.Request.Path, await reader.ReadToEndAsync(), context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString())));
            await answer(context, before);
        });
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
