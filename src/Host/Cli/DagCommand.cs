using System.CommandLine;
using Dag.Host.Backup;
using Dag.Host.Demo;
using Dag.Host.Settings;
using Dag.Host.WorkflowFiles;

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
            DocsVerb.Create(),
            ExportVerb.Create(),
        };
        var profile = new Option<string?>("--profile")
        {
            Description = $"Settings from appsettings.NAME.json; default is what {SettingFiles.ProfileVariable} names, or {SettingFiles.DefaultProfile}.",
            HelpName = "NAME",
            Recursive = true,
        };
        root.Options.Add(profile);
        var parsed = root.Parse(args.Length == 0 || args[0].StartsWith("--urls", StringComparison.Ordinal) || args[0].StartsWith("--data", StringComparison.Ordinal) || args[0].StartsWith("--workflows", StringComparison.Ordinal)
            ? ["serve", .. args]
            : args);
        using var interruption = new Interruption();
        try
        {
            if (parsed.Errors.Count == 0)
            {
                new SettingFiles
                {
                    Profile = parsed.GetValue(profile) ?? VariableOrNull(SettingFiles.ProfileVariable),
                    DataFolder = DataFolderOf(parsed),
                }.Apply();
            }

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

    private static string? DataFolderOf(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.FirstOrDefault(o => o.Name == "--data") is Option<string> data ? parsed.GetValue(data) : null;

    private static string? VariableOrNull(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
