using Dag.Host.Data;
using Dag.Host.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dag.Host.Web;

/// <summary>The whole service in this process: the data folder, what runs workflows, and the web.</summary>
internal sealed partial class DagServer : IAsyncDisposable
{
    private readonly DataFolder _folder;
    private readonly WebApplication _app;
    private readonly ILogger _logger;

    private DagServer(DataFolder folder, WebApplication app)
    {
        _folder = folder;
        _app = app;
        _logger = app.Services.GetRequiredService<ILogger<DagServer>>();
    }

    /// <summary>What it is composed of.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Where it answers.</summary>
    public IReadOnlyList<string> Addresses => [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    /// <summary>Takes the data folder, starts what runs workflows, then the web, then tells where.</summary>
    /// <exception cref="DataFolderException">Another process holds the folder, or it cannot be used.</exception>
    public static async Task<DagServer> StartAsync(DagHostOptions options, IReadOnlyList<string> urls, CancellationToken cancellationToken)
    {
        var folder = await DataFolder.OpenAsync(options.DataFolder, TimeProvider.System, cancellationToken);
        DagServer? server = null;
        try
        {
            server = new DagServer(folder, Build(options with { DataFolder = folder.Path }, urls));
            await server.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            if (server is null)
            {
                folder.Dispose();
            }
            else
            {
                await server.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>Completes when it is told to stop.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(() => stopped.TrySetResult());
        await stopped.Task;
    }

    /// <summary>Disarms triggers, lets work end, then stops the web and lets the data folder go.</summary>
    public async ValueTask DisposeAsync()
    {
        LogStopping();
        await _app.Services.GetRequiredService<DagNode>().StopAsync(CancellationToken.None);
        await _app.StopAsync(CancellationToken.None);
        LogStopped();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private static WebApplication Build(DagHostOptions options, IReadOnlyList<string> urls)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddDag(options).AddDagLogging(options, Verbosity.Service);
        // Signals are the command line's: it knows the order in which to stop.
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, CallersLifetime>());
        builder.WebHost.UseUrls([.. urls]);
        var app = builder.Build();
        app.MapGet("/health", (DagNode node) => node.IsReady ? Results.Ok(new { status = "ready" }) : Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
        return app;
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await _app.Services.GetRequiredService<DagNode>().StartAsync(armTriggers: true, cancellationToken);
        await _app.StartAsync(cancellationToken);
        _folder.Announce(Addresses);
        LogReady(string.Join(", ", Addresses), _folder.Path);
    }

    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Ready on {Addresses}, data in {DataFolder}. Press Ctrl-C to stop.")]
    private partial void LogReady(string addresses, string dataFolder);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping: work in flight may end.")]
    private partial void LogStopping();

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopped.")]
    private partial void LogStopped();
}
