using System.CommandLine;
using Dag.Host.Data;
using Dag.Host.Hosting;
using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Publishing;
using Dag.Workflows.Running;

namespace Dag.Host.Cli;

/// <summary><c>dag run</c>: executes a workflow to its end, in this process or in the one that serves the data folder.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "The workflow to run; more files are workflows that it uses.", Arity = ArgumentArity.OneOrMore };
        var inputs = new Option<string[]>("--input", "-i") { Description = "NAME=VALUE for an input; JSON for objects and lists.", HelpName = "NAME=VALUE" };
        var events = new Option<string[]>("--event", "-e") { Description = "Answers one wait for an event, with JSON as its payload.", HelpName = "NAME[=JSON]" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object with all of the run, and nothing else." };
        var skip = new Option<bool>("--skip-timers") { Description = "Fire timers at once." };
        var data = new Option<string?>("--data") { Description = "Keep the run in this data folder; if a process serves it, that one runs it, and files are those that it sees. Default is a temporary folder.", HelpName = "DIR" };
        var mode = new Option<string>("--mode") { Description = "How flowcharts join branches: counter, or token, which follows each activity's mergeMode.", DefaultValueFactory = _ => "counter" };
        mode.AcceptOnlyFromAmong("counter", "token");
        var command = new Command("run", "Executes a workflow to its end and prints what it writes.") { files, inputs, events, json, skip, data, mode };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new RunRequest
            {
                Files = parsed.GetRequiredValue(files),
                Inputs = KeyValueArguments.Inputs(parsed.GetValue(inputs) ?? []),
                Events = KeyValueArguments.Events(parsed.GetValue(events) ?? []),
                Json = parsed.GetValue(json),
                SkipTimers = parsed.GetValue(skip),
                Mode = parsed.GetValue(mode) == "token" ? FlowchartMode.Token : FlowchartMode.Counter,
                DataFolder = parsed.GetValue(data),
            },
            Console.Out,
            Console.Error,
            cancellationToken));
        return command;
    }

    /// <summary>Runs, and prints what the workflow writes to the output, and the rest to errors.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">A file, an argument or the data folder cannot be used.</exception>
    /// <exception cref="DefinitionException">The workflow cannot run, or an input does not fit.</exception>
    public static async Task<int> RunAsync(RunRequest request, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        if (request.SkipTimers && request.DataFolder is not null)
        {
            throw new UsageException("--skip-timers cannot go with --data: it would fire the timers of the other runs there as well.");
        }

        var definition = await ReadAsync(request.Files[0], cancellationToken);
        var others = new List<(string File, WorkflowDefinition Definition)>();
        foreach (var file in request.Files.Skip(1))
        {
            others.Add((file, await ReadAsync(file, cancellationToken)));
        }

        using var client = request.DataFolder is { } served ? ServiceClient.Find(served) : null;
        if (client is not null)
        {
            return await new ForwardedRun(client, request, output, errors).ExecuteAsync(cancellationToken);
        }

        using var folder = await OpenAsync(request.DataFolder, cancellationToken);
        var environment = DagHostOptions.FromEnvironment(folder.Path).Validated();
        var options = environment with
        {
            IsTemporary = request.DataFolder is null,
            ConnectionString = request.DataFolder is null ? null : environment.ConnectionString,
            Console = Verbosity.Problems,
            Engine = environment.Engine with { SkipTimers = request.SkipTimers },
        };
        await using var services = new ServiceCollection()
            .AddSingleton<IUsableWorkflows>(provider => new GivenWorkflows(
                [.. others.Select(o => o.Definition)], ActivatorUtilities.CreateInstance<CatalogWorkflows>(provider)))
            .AddDag(options).AddDagLogging(options).BuildServiceProvider();
        var node = services.GetRequiredService<DagNode>();
        await node.StartAsync(armTriggers: false, cancellationToken);
        try
        {
            var publisher = services.GetRequiredService<WorkflowPublisher>();
            foreach (var (file, other) in others)
            {
                await NamingAsync(file, () => options.IsTemporary ? publisher.ProvideAsync(other, cancellationToken) : publisher.PublishAsync(other, cancellationToken));
            }

            return await new RunSession(services.GetRequiredService<DagEngine>(), services.GetRequiredService<ManualStart>(), request, output, errors)
                .ExecuteAsync(definition, cancellationToken);
        }
        finally
        {
            await node.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>Does something with a definition; with several files a fault alone does not say whose it is.</summary>
    /// <exception cref="UsageException">The definition has faults.</exception>
    public static async Task<WorkflowDefinition> NamingAsync(string file, Func<Task<WorkflowDefinition>> work)
    {
        try
        {
            return await work();
        }
        catch (DefinitionException e)
        {
            throw new UsageException(string.Join(Environment.NewLine, e.Faults.Select(f => $"{file}: {f}")));
        }
    }

    private static Task<WorkflowDefinition> ReadAsync(string file, CancellationToken cancellationToken) =>
        NamingAsync(file, () => DefinitionFiles.ReadAsync(file, cancellationToken));

    private static async Task<DataFolder> OpenAsync(string? path, CancellationToken cancellationToken) => path is null
        ? await DataFolder.OpenTemporaryAsync(TimeProvider.System, cancellationToken)
        : await DataFolder.OpenAsync(path, TimeProvider.System, cancellationToken);
}
