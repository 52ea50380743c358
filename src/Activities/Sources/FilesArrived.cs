using System.ComponentModel.DataAnnotations;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Sources;

/// <summary>
/// Starts a run when files have arrived in a folder and have stopped changing; each file once, also over restarts.
/// </summary>
[Activity("Dag.FilesArrived", Category = "Triggers", DisplayName = "Files arrived",
    Description = "Starts a run when files have arrived in a folder and have stopped changing. Each file is used once, also over restarts; " +
        "new content under an old name is a new file.")]
internal sealed partial class FilesArrived(SourceOptions options, ILogger<FilesArrived> logger) : TriggerActivity
{
    // So many at most are held and sorted, or handed to one run, at a time; the next look takes the rest.
    private const int MostAtOnce = 50_000;
    private const int MostInOneRun = 10_000;
    private const int AskedAtOnce = 500;
    private static readonly TimeSpan _leastPause = TimeSpan.FromMilliseconds(100);

    /// <summary>The folder to watch.</summary>
    [Input("The folder to watch, such as inbox; one that is not absolute lies in the service's data folder. It may appear later.")]
    [Required]
    public string Folder { get; set; } = "";

    /// <summary>Which file names count.</summary>
    [Input("Which files count: * and ?, several patterns divided by a semicolon, letter case ignored; with a slash the pattern is matched " +
        "with the path below the folder. Default: * (all). Hidden files and names such as *.tmp and *.part never count.")]
    public string Pattern { get; set; } = "*";

    /// <summary>Whether files in subfolders count.</summary>
    [Input("Whether files in subfolders count too. Default: false. Symbolic links are not followed.")]
    public bool Recursive { get; set; }

    /// <summary>How long size and modification time must have stood still.</summary>
    [Input("How long a file's size and modification time must have stood still before it is used. Default: 2 seconds.")]
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan StableFor { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often to look, when the operating system reports nothing.</summary>
    [Input("How often to look into the folder when the operating system reports no change. Default: 5 seconds.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>One run per file, or one for all.</summary>
    [Input("OneRunPerFile (default) starts a run for each file, oldest first; OneRunForAll starts one run for all files that are ready " +
        "together, up to 10,000.")]
    public FileBatching Batching { get; set; } = FileBatching.OneRunPerFile;

    /// <summary>The files of the run.</summary>
    [Output("The full paths of the run's files, oldest first.")]
    public IReadOnlyList<string> Files { get; private set; } = [];

    /// <summary>The first file of the run.</summary>
    [Output("The full path of the run's first file.")]
    public string? File { get; private set; }

    /// <summary>The watched folder.</summary>
    [Output("The full path of the watched folder.")]
    public string? WatchedFolder { get; private set; }

    /// <inheritdoc/>
    public override async Task ListenAsync(TriggerContext context, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(Folder, Path.GetFullPath(options.Folder));
        var clock = context.TimeProvider;
        var scan = new FolderScan(folder, new FileNamePattern(Pattern), Recursive, StableFor, clock);
        using var hint = new FolderHint(folder, clock);
        string? told = null;
        while (true)
        {
            var began = clock.GetTimestamp();
            var more = false;
            var problem = WhyUnreadable(folder);
            try
            {
                more = problem is null && await LookAsync(context, scan, folder, cancellationToken);
            }
            catch (IOException) when ((problem = WhyUnreadable(folder)) is not null)
            {
                // It went away in the middle of the look.
            }

            if (problem is not null)
            {
                hint.Reset();
            }

            Tell(context, folder, told, problem);
            told = problem;

            // Changes that never stop must not keep the disk busy: four fifths of the time are spent waiting.
            var least = more ? TimeSpan.Zero : Max(_leastPause, 4 * clock.GetElapsedTime(began));
            var most = more ? TimeSpan.Zero : Max(least, scan.NextReady is { } ready && ready < PollInterval ? ready : PollInterval);
            await hint.WaitAsync(least, most, cancellationToken);
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static string? WhyUnreadable(string folder)
    {
        try
        {
            using var entries = Directory.EnumerateFileSystemEntries(folder).GetEnumerator();
            entries.MoveNext();
            return null;
        }
        catch (IOException) when (System.IO.File.Exists(folder))
        {
            return $"'{folder}' is a file. Set 'folder' to the folder that files arrive in.";
        }
        catch (DirectoryNotFoundException)
        {
            return $"The folder '{folder}' does not exist. Create it, or correct 'folder'; it is looked for again and again.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The folder '{folder}' cannot be read: {e.Message} Let the service's user read it; it is tried again and again.";
        }
    }

    /// <summary>Fires for what is ready, oldest first; true when more is ready than was taken.</summary>
    private async Task<bool> LookAsync(TriggerContext context, FolderScan scan, string folder, CancellationToken cancellationToken)
    {
        var ready = new OldestFiles(MostAtOnce);
        var unasked = new List<ArrivingFile>();
        foreach (var file in scan.Look())
        {
            if (scan.IsNew(file))
            {
                ready.Add(file);
                continue;
            }

            unasked.Add(file);
            if (unasked.Count == AskedAtOnce)
            {
                await AskAsync(context, scan, unasked, ready, cancellationToken);
            }
        }

        await AskAsync(context, scan, unasked, ready, cancellationToken);
        var used = await FireAsync(context, scan, folder, ready.Take(), cancellationToken);
        return ready.Overflowed && used > 0;
    }

    private static async Task AskAsync(
        TriggerContext context, FolderScan scan, List<ArrivingFile> unasked, OldestFiles ready, CancellationToken cancellationToken)
    {
        if (unasked.Count == 0)
        {
            return;
        }

        var unseen = (await context.UnseenAsync(unasked.ConvertAll(file => file.Key), cancellationToken)).ToHashSet();
        foreach (var file in unasked)
        {
            if (unseen.Contains(file.Key))
            {
                scan.MarkNew(file);
                ready.Add(file);
            }
            else
            {
                scan.Settle(file);
            }
        }

        unasked.Clear();
    }

    private async Task<int> FireAsync(
        TriggerContext context, FolderScan scan, string folder, IReadOnlyList<ArrivingFile> files, CancellationToken cancellationToken)
    {
        var used = 0;
        var runs = 0;
        foreach (var batch in files.Where(file => IsReadable(scan, file)).Chunk(Batching == FileBatching.OneRunForAll ? MostInOneRun : 1))
        {
            var outputs = new Dictionary<string, object?>
            {
                [nameof(Files)] = Array.ConvertAll(batch, file => file.FullPath),
                [nameof(File)] = batch[0].FullPath,
                [nameof(WatchedFolder)] = folder,
            };
            var keys = Array.ConvertAll(batch, file => file.Key);
            var run = await context.FireAsync(new TriggerFiring(keys, outputs), cancellationToken);

            // Nothing started: another firing has used some of them. The others are for the next look.
            var free = run is null && keys.Length > 1 ? await context.UnseenAsync(keys, cancellationToken) : [];
            foreach (var file in batch.Where(file => !free.Contains(file.Key)))
            {
                scan.Settle(file);
                used++;
            }

            runs += run is null ? 0 : 1;
        }

        if (runs > 0)
        {
            LogStarted(context.Scope, used, folder, runs);
        }

        return used;
    }

    private bool IsReadable(FolderScan scan, ArrivingFile file)
    {
        try
        {
            return file.IsUnchangedAndReadable();
        }
        catch (UnauthorizedAccessException e)
        {
            if (scan.IsFirstComplaint(file))
            {
                LogUnreadable(file.FullPath, e.Message);
            }

            return false;
        }
    }

    private void Tell(TriggerContext context, string folder, string? told, string? problem)
    {
        if (told == problem)
        {
            return;
        }

        context.ReportProblem(problem);
        if (problem is null)
        {
            LogRecovered(context.Scope, folder);
        }
        else
        {
            LogProblem(context.Scope, problem);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Trigger}: {Files} file(s) in {Folder} started {Runs} run(s)")]
    private partial void LogStarted(string trigger, int files, string folder, int runs);

    [LoggerMessage(LogLevel.Warning, "{Path} has arrived but cannot be read, and is tried again at every look: {Message}")]
    private partial void LogUnreadable(string path, string message);

    [LoggerMessage(LogLevel.Warning, "{Trigger}: {Problem}")]
    private partial void LogProblem(string trigger, string problem);

    [LoggerMessage(LogLevel.Information, "{Trigger}: the folder {Folder} can be read again")]
    private partial void LogRecovered(string trigger, string folder);
}
