using System.CommandLine;
using Dag.Host.Hosting;
using Dag.Host.Web;

namespace Dag.Host.Cli;

/// <summary><c>dag serve</c>: runs the service until it is told to stop.</summary>
internal static class ServeVerb
{
    /// <summary>The environment variable that holds <see cref="WebOptions.ApiKey"/>.</summary>
    public const string KeyVariable = "DAG_API_KEY";

    public static Command Create()
    {
        var urls = new Option<string>("--urls") { Description = "Where to listen; several are separated by semicolons.", DefaultValueFactory = _ => "http://localhost:5000", HelpName = "URL" };
        var data = new Option<string>("--data") { Description = "The folder of all state.", DefaultValueFactory = _ => "data", HelpName = "DIR" };
        var workflows = new Option<string?>("--workflows")
        {
            Description = $"A folder of workflow files: they are imported at start and when they change. Default is what {DagHostOptions.WorkflowsVariable} names, or none.",
            HelpName = "DIR",
        };
        var command = new Command("serve", $"Runs the service until it is stopped. Off the loopback interface it needs {KeyVariable}.") { urls, data, workflows };
        command.SetAction((parsed, cancellationToken) => ServeAsync(
            OptionsOf(parsed.GetRequiredValue(data), parsed.GetValue(workflows)),
            new WebOptions
            {
                Urls = parsed.GetRequiredValue(urls).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                ApiKey = Environment.GetEnvironmentVariable(KeyVariable),
            },
            cancellationToken));
        return command;
    }

    private static DagHostOptions OptionsOf(string data, string? workflows)
    {
        var options = DagHostOptions.FromEnvironment(data);
        return options with { WorkflowFolder = workflows ?? options.WorkflowFolder };
    }

    private static async Task<int> ServeAsync(DagHostOptions options, WebOptions web, CancellationToken cancellationToken)
    {
        await using var server = await DagServer.StartAsync(options, web, cancellationToken);
        await server.WaitAsync(cancellationToken);
        return ExitCode.Ok;
    }
}
