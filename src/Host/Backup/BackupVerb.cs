using System.CommandLine;
using Dag.Activities.Lake;
using Dag.Host.Cli;
using Dag.Host.Data;
using Dag.Host.Hosting;
using Dag.Workflows.Storage;

namespace Dag.Host.Backup;

/// <summary><c>dag backup</c>: all that a data folder and its database hold, in one file, while the service runs or not.</summary>
internal static class BackupVerb
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The file to write; one that is there is replaced once the new one is complete." };
        var data = new Option<string>("--data") { Description = "The data folder.", DefaultValueFactory = _ => "data", HelpName = "DIR" };
        var command = new Command("backup", "Writes metadata, datasets and models into one file, while the service runs or not.") { file, data };
        command.SetAction((parsed, cancellationToken) =>
            BackUpAsync(parsed.GetRequiredValue(data), parsed.GetRequiredValue(file), Console.Out, cancellationToken));
        return command;
    }

    /// <summary>Writes the file, reads it back, and only then gives it its name.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The folder holds nothing, the service refuses, or the file cannot be written.</exception>
    /// <exception cref="DataFolderException">A process uses the folder that serves nothing.</exception>
    public static async Task<int> BackUpAsync(string dataFolder, string file, TextWriter output, CancellationToken cancellationToken)
    {
        var part = Path.GetFullPath(file) + ".part";
        BackupArchive archive;
        try
        {
            await using (var target = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
            {
                await WriteAsync(dataFolder, target, cancellationToken);
                target.Flush(flushToDisk: true);
            }

            archive = await BackupArchive.VerifyAsync(part, cancellationToken);
            File.Move(part, file, overwrite: true);
            LakeFiles.FlushFolder(Path.GetDirectoryName(part)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UsageException($"No backup was made: {e.Message}");
        }
        finally
        {
            Delete(part);
        }

        await output.WriteLineAsync($"{file}: {BackupText.Of(archive.Manifest)}, {BackupText.Bytes(new FileInfo(file).Length)}, read back and compared");
        return ExitCode.Ok;
    }

    private static async Task WriteAsync(string dataFolder, Stream target, CancellationToken cancellationToken)
    {
        using var client = ServiceClient.Find(dataFolder);
        if (client is not null)
        {
            using var response = await client.SendAsync(HttpMethod.Post, "/api/v1/backup", JsonContent.Create(new { }), cancellationToken);
            try
            {
                await response.Content.CopyToAsync(target, cancellationToken);
            }
            catch (HttpRequestException e)
            {
                throw new UsageException($"No backup was made: the service broke off. Its log says why, if it still runs. ({e.InnerException?.Message ?? e.Message})");
            }

            return;
        }

        var environment = DagHostOptions.FromEnvironment(dataFolder).Validated();
        if (environment.ConnectionString is null && !File.Exists(Path.Combine(dataFolder, StorageOptions.SqliteFile)))
        {
            throw new UsageException($"The folder {Path.GetFullPath(dataFolder)} holds no data of the service: name its data folder with --data.");
        }

        using var folder = await DataFolder.OpenAsync(dataFolder, TimeProvider.System, cancellationToken);
        var options = environment with { DataFolder = folder.Path, Console = Verbosity.Problems };
        await using var services = new ServiceCollection().AddDag(options).AddDagLogging(options).BuildServiceProvider();
        await services.GetRequiredService<MetadataDatabase>().MigrateAsync([.. services.GetServices<MigrationSource>()], cancellationToken);
        await services.GetRequiredService<BackupWriter>().WriteAsync(target, cancellationToken);
    }

    private static void Delete(string part)
    {
        try
        {
            File.Delete(part);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another backup to the same file is writing it, or the next one overwrites it.
        }
    }
}
