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
        var command = new Command("serve", $"Runs the service until it is stopped. Off the loopback interface it needs {KeyVariable}.") { urls, data };
        command.SetAction((parsed, cancellationToken) => ServeAsync(
            DagHostOptions.FromEnvironment(parsed.GetRequiredValue(data)),
            new WebOptions
            {
                Urls = parsed.GetRequiredValue(urls).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                ApiKey = Environment.GetEnvironmentVariable(KeyVariable),
            },
            cancellationToken));
        return command;
    }

    private static async Task<int> ServeAsync(DagHostOptions options, WebOptions web, CancellationToken cancellationToken)
    {
        await using var server = await DagServer.StartAsync(options, web, cancellationToken);
        await server.WaitAsync(cancellationToken);
        return ExitCode.Ok;
    }
}
