using System.CommandLine;
using Dag.Host.Cli;
using Dag.Host.Data;
using Dag.Host.Hosting;

namespace Dag.Host.Backup;

/// <summary><c>dag restore</c>: makes a data folder, and its database, what a backup holds.</summary>
internal static class RestoreVerb
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The backup." };
        var data = new Option<string>("--data") { Description = "The data folder, which must be empty.", DefaultValueFactory = _ => "data", HelpName = "DIR" };
        var replace = new Option<bool>("--replace") { Description = "Delete the metadata, datasets and models that the folder holds, and put those of the backup in their place." };
        var command = new Command("restore", "Makes a data folder what a backup holds, after comparing all of it with its hashes.") { file, data, replace };
        command.SetAction((parsed, cancellationToken) => RestoreAsync(
            parsed.GetRequiredValue(file), DagHostOptions.FromEnvironment(parsed.GetRequiredValue(data)).Validated(), parsed.GetValue(replace), Console.Out, cancellationToken));
        return command;
    }

    /// <summary>Restores.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The backup is damaged or does not fit, or the folder is not empty; nothing was changed.</exception>
    /// <exception cref="DataFolderException">A process uses the folder.</exception>
    public static async Task<int> RestoreAsync(
        string file, DagHostOptions options, bool replace, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            var archive = await BackupArchive.VerifyAsync(file, cancellationToken);
            var restore = new FolderRestore(archive, options);
            restore.CheckDatabase();
            if (!replace && !RestoreSwitch.IsDecided(options.DataFolder))
            {
                FolderRestore.CheckEmpty(options.DataFolder);
            }

            using var folder = await DataFolder.OpenAsync(options.DataFolder, TimeProvider.System, cancellationToken);
            if (!restore.IsDoneBy(folder))
            {
                await restore.RunAsync(folder.Path, replace, cancellationToken);
            }

            await output.WriteLineAsync($"{options.DataFolder}: {BackupText.Of(archive.Manifest)}, from {file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The backup could not be restored: {e.Message}");
        }

        return ExitCode.Ok;
    }
}
