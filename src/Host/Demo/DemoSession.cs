using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Dag.Activities.DuckDb;
using Dag.Host.Cli;
using Dag.Host.Hosting;
using Dag.Host.Web;
using Dag.Workflows.Publishing;
using Dag.Workflows.Running;

namespace Dag.Host.Demo;

/// <summary>The demo from its start to its end: a service of its own, three batches, a summary.</summary>
internal sealed class DemoSession(DemoOptions options, DemoTerminal terminal)
{
    private readonly Channel<RunNotice> _notices = Channel.CreateUnbounded<RunNotice>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Runs it; without <see cref="DemoOptions.Once"/> it ends when it is cancelled.</summary>
    /// <exception cref="DemoFailedException">Something did not go as it should.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var began = terminal.Clock.GetTimestamp();
        terminal.Line();
        terminal.Line($"  {terminal.Strong("dag demo")}  {terminal.Dim("Flights arrive as files, a model learns to predict their delay, the better one becomes champion.")}");
        terminal.Line();
        var workflow = DemoFiles.Workflow();
        await DemoFolder.PrepareAsync(options.DataFolder, cancellationToken);
        await using var server = await StartAsync(cancellationToken);
        var engine = server.Services.GetRequiredService<DagEngine>();
        using var subscription = engine.Feed.Listen(notice => _notices.Writer.TryWrite(notice));
        var published = await server.Services.GetRequiredService<WorkflowPublisher>()
            .PublishAsync(await DefinitionFiles.ReadAsync(workflow, cancellationToken), cancellationToken);
        Fact("workflow", $"{published.Name} {terminal.Dim($"(version {published.Version}, from workflows-json/{Path.GetFileName(workflow)})")}");

        var follower = new RunFollower(_notices.Reader, server.Services, terminal);
        var batches = DemoFiles.Batches(server.Services.GetRequiredService<DuckDbEngine>());
        for (var i = 0; i < batches.Count; i++)
        {
            await ArriveAsync(follower, batches[i], i, batches.Count, cancellationToken);
        }

        await new DemoSummary(server.Services, terminal, server.Addresses[0], options.DataFolder)
            .WriteAsync(follower.Messages, terminal.Clock.GetElapsedTime(began), options.Once, cancellationToken);
        if (!options.Once)
        {
            await follower.FollowAllAsync(cancellationToken);
            terminal.Line();
            terminal.Line($"  {terminal.Dim("Stopping.")}");
        }
    }

    private async Task ArriveAsync(RunFollower follower, DemoBatch batch, int index, int count, CancellationToken cancellationToken)
    {
        terminal.Line();
        terminal.Status("  …", "  …");
        var bytes = await Task.Run(() => batch.PutInto(DemoFolder.InboxOf(options.DataFolder)), cancellationToken);
        terminal.Line($"  {terminal.Strong($"Batch {index + 1} of {count}")}  {batch.What}, {TextLayout.Bytes(bytes)} {terminal.Dim($"→ inbox/{batch.Name}")}");
        await follower.FollowOneAsync(batch.Name, options.PatiencePerBatch, cancellationToken);
    }

    private async Task<DagServer> StartAsync(CancellationToken cancellationToken)
    {
        var host = DagHostOptions.FromEnvironment(options.DataFolder) with { ConnectionString = null, WorkflowFolder = null, Console = Verbosity.Silent };
        var urls = options.Urls ?? DemoVerb.DefaultUrl;
        if (options.Urls is null && IsTaken(new Uri(urls).Port))
        {
            terminal.Line($"  {terminal.Warning("!")} {urls} is taken by another program: a free port is used instead; --urls names another.");
            urls = "http://127.0.0.1:0";
        }

        var web = new WebOptions
        {
            Urls = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            ApiKey = Environment.GetEnvironmentVariable(ServeVerb.KeyVariable),
        };
        var server = await DagServer.StartAsync(host, web, cancellationToken);
        Fact("service", $"{terminal.Accent(server.Addresses[0])}{(options.Once ? "" : terminal.Dim("   Ctrl-C stops it"))}");
        Fact("data", Path.GetFullPath(options.DataFolder));
        return server;
    }

    private static bool IsTaken(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private void Fact(string name, string value) => terminal.Line($"  {terminal.Dim(name.PadRight(10))}{value}");
}
