using System.Threading.Channels;
using Dag.Activities.Models;
using Dag.Host.Hosting;
using Dag.Tests;
using Dag.Workflows.Definitions;
using Dag.Workflows.Publishing;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Host.Tests.Demo;

/// <summary>Everything that runs workflows, as the service composes it, on a folder of its own; without the web.</summary>
internal sealed class WorkingNode : IAsyncDisposable
{
    private readonly Channel<RunSummary> _ended = Channel.CreateUnbounded<RunSummary>();
    private readonly ServiceProvider _services;
    private readonly IDisposable _subscription;

    private WorkingNode(ServiceProvider services)
    {
        _services = services;
        _subscription = Engine.Feed.Listen(notice =>
        {
            if (notice is RunChanged { Run.FinishedAt: not null })
            {
                _ended.Writer.TryWrite(notice.Run);
            }
        });
    }

    public IServiceProvider Services => _services;

    public DagEngine Engine => _services.GetRequiredService<DagEngine>();

    public static async Task<WorkingNode> StartAsync(string folder)
    {
        // The child process of XGBoost is the Host's: the one that executes tests knows nothing of it.
        var host = Path.Combine(TestPrograms.Folder(typeof(WorkingNode).Assembly), "Dag.Host.dll");
        var models = new ModelOptions { Folder = Path.Combine(folder, "models"), WorkerCommand = ["dotnet", host, XgboostWorker.Verb] };
        var services = new ServiceCollection()
            .AddLogging()
            .AddDag(new DagHostOptions { DataFolder = folder, IsTemporary = true })
            .Replace(ServiceDescriptor.Singleton(models))
            .BuildServiceProvider();
        await services.GetRequiredService<DagNode>().StartAsync(armTriggers: true, CancellationToken.None);
        return new WorkingNode(services);
    }

    public Task PublishAsync(string json) =>
        _services.GetRequiredService<WorkflowPublisher>().PublishAsync(DefinitionReader.Read(json), CancellationToken.None);

    /// <summary>Starts a run by hand and waits for its end.</summary>
    public async Task<RunReport> RunAsync(WorkflowDefinition definition, IReadOnlyDictionary<string, object?> input)
    {
        await Engine.StartRunAsync(_services.GetRequiredService<ManualStart>().Of(definition, input), CancellationToken.None);
        return await NextAsync();
    }

    /// <summary>The report of the run that ends next.</summary>
    public async Task<RunReport> NextAsync()
    {
        var ended = await _ended.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(5));
        return (await Engine.ReportAsync(ended.Id, CancellationToken.None))!;
    }

    public async ValueTask DisposeAsync()
    {
        _subscription.Dispose();
        await _services.GetRequiredService<DagNode>().StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
