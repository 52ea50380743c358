using System.CommandLine;
using Dag.Activities;
using Dag.Host.Hosting;
using Dag.Host.Reference;
using Dag.Workflows.Activities;
using Dag.Workflows.Running;

namespace Dag.Host.Cli;

/// <summary><c>dag docs</c>: writes what the repository has of the activity classes anew. For those who change activities.</summary>
internal static class DocsVerb
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "The repository; default the working folder.", DefaultValueFactory = _ => "." };
        var command = new Command("docs", "Writes the reference of all activities in a clone of the repository anew.") { folder };
        command.Hidden = true;
        command.SetAction(async (parsed, _) => await WriteAsync(parsed.GetRequiredValue(folder), Console.Out));
        return command;
    }

    private static async Task<int> WriteAsync(string repository, TextWriter output)
    {
        if (!File.Exists(Path.Combine(repository, "Dag.sln")))
        {
            throw new UsageException($"{Path.GetFullPath(repository)} is no clone of the repository. Name its folder: dag docs FOLDER.");
        }

        await using var services = new ServiceCollection().AddDagEngine(new EngineOptions()).AddDagActivities().BuildServiceProvider();
        foreach (var path in ReferenceFiles.Write(services.GetRequiredService<ActivityCatalog>(), repository))
        {
            await output.WriteLineAsync(path);
        }

        return ExitCode.Ok;
    }
}
