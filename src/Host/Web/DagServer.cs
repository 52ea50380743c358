using Dag.Host.Data;
using Dag.Host.Hosting;
using Dag.Host.WorkflowFiles;
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

    /// <summary>Takes the data folder, starts what runs workflows and the web beside it, which says 503 until all is ready, then tells where it is.</summary>
    /// <exception cref="DataFolderException">Another process holds the folder, or it cannot be used.</exception>
    /// <exception cref="UsageException">Options are wrong (all are named), or it cannot listen.</exception>
    public static async Task<DagServer> StartAsync(DagHostOptions options, WebOptions web, CancellationToken cancellationToken)
    {
        string[] faults = [.. web.Faults(), .. options.Faults(), .. WorkflowFolder.Faults(options)];
        if (faults.Length > 0)
        {
            throw new UsageException(string.Join(Environment.NewLine, faults));
        }

        var folder = await DataFolder.OpenAsync(options.DataFolder, TimeProvider.System, cancellationToken);
        DagServer? server = null;
        try
        {
            server = new DagServer(folder, Build(options with { DataFolder = folder.Path }, web));
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
    public async Task WaitAsync(CancellationToken cancellationToken) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

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

    private static WebApplication Build(DagHostOptions options, WebOptions web)
    {
        // The content root is where the program is, not where the user stands: no settings are picked up by accident.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddDag(options).AddDagWeb(web).AddDagLogging(options);
        // Signals are the command line's: it knows the order in which to stop.
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, CallersLifetime>());
        builder.WebHost.UseKestrelHttpsConfiguration().UseUrls([.. web.Urls]);
        return builder.Build();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var node = Task.Run(() => _app.Services.GetRequiredService<DagNode>().StartAsync(armTriggers: true, cancellationToken), cancellationToken);
        try
        {
            // Meanwhile: both take a while on an empty database.
            _app.MapDag();
            await ListenAsync(cancellationToken);
        }
        finally
        {
            await node;
        }

        _folder.Announce(Addresses);
        LogReady(string.Join(", ", Addresses), _folder.Path);
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            throw new UsageException($"The service cannot listen: {e.Message} Choose another address with --urls.");
        }
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
