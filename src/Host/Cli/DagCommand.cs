using System.CommandLine;
using Dag.Host.Backup;
using Dag.Host.Demo;

namespace Dag.Host.Cli;

/// <summary>The command line.</summary>
internal static class DagCommand
{
    /// <summary>Parses and executes; without a verb it serves.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Runs DAGs of data and machine learning work: Elsa 3 workflow JSON, executed durably.")
        {
            ServeVerb.Create(),
            DemoVerb.Create(),
            RunVerb.Create(),
            LogsVerb.Create(),
            BackupVerb.Create(),
            RestoreVerb.Create(),
            ValidateVerb.Create(),
        };
        var parsed = root.Parse(args.Length == 0 || args[0].StartsWith("--urls", StringComparison.Ordinal) || args[0].StartsWith("--data", StringComparison.Ordinal)
            ? ["serve", .. args]
            : args);
        using var interruption = new Interruption();
        try
        {
            var exit = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interruption.Token);
            return parsed.Errors.Count > 0 ? ExitCode.Unusable : exit;
        }
        catch (Exception e) when (ExitCode.Of(e) is { } exit)
        {
            await Console.Error.WriteLineAsync($"dag: {e.Message}");
            return exit;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return ExitCode.Failed;
        }
    }
}
