using System.CommandLine;
using Dag.Host.Hosting;
using Dag.Host.Web;

namespace Dag.Host.Cli;

/// <summary><c>dag serve</c>: runs the service until it is told to stop.</summary>
internal static class ServeVerb
{
    public static Command Create()
    {
        var urls = new Option<string>("--urls") { Description = "Where to listen; several are separated by semicolons.", DefaultValueFactory = _ => "http://localhost:5000", HelpName = "URL" };
        var data = new Option<string>("--data") { Description = "The folder of all state.", DefaultValueFactory = _ => "data", HelpName = "DIR" };
        var command = new Command("serve", "Runs the service until it is stopped.") { urls, data };
        command.SetAction((parsed, cancellationToken) => ServeAsync(
            new DagHostOptions { DataFolder = parsed.GetRequiredValue(data) },
            parsed.GetRequiredValue(urls).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            cancellationToken));
        return command;
    }

    private static async Task<int> ServeAsync(DagHostOptions options, IReadOnlyList<string> urls, CancellationToken cancellationToken)
    {
        await using var server = await DagServer.StartAsync(options, urls, cancellationToken);
        await server.WaitAsync(cancellationToken);
        return ExitCode.Ok;
    }
}
