using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dag.Host.Tests.Http;

/// <summary>A real server that workflows call, on a free port of the loopback interface.</summary>
internal sealed class CalledServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CalledServer(WebApplication app) => _app = app;

    /// <summary>The headers of the requests that arrived, in order.</summary>
    public ConcurrentQueue<IHeaderDictionary> Requests { get; } = new();

    public string Address => _app.Urls.Single();

    /// <summary>Starts it; the answer is told how many requests came before.</summary>
    public static async Task<CalledServer> StartAsync(Func<HttpContext, int, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new CalledServer(builder.Build());
        server._app.Run(context =>
        {
            var before = server.Requests.Count;
            server.Requests.Enqueue(new HeaderDictionary(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase)));
            return answer(context, before);
        });
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
