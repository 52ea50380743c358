using Dag.Activities.Sources;
using Dag.Host.Hosting;

namespace Dag.Host.WorkflowFiles;

/// <summary>
/// The folder that workflows are imported from, at start and when its files change. What is wrong with a file concerns that file only: its workflow
/// stays as it was, and it is tried again at every look.
/// </summary>
internal sealed partial class WorkflowFolder(DagHostOptions options, FileImport import, TimeProvider clock, ILogger<WorkflowFolder> logger) : IAsyncDisposable
{
    /// <summary>How often it looks when the operating system reports no change, and into sub-folders.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    /// <summary>How long the files must have stood still, as a checkout writes many, one after the other.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    // A folder that is never quiet is imported all the same.
    private const int MostLooks = 20;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<string> _told = [];
    private IReadOnlyList<FileStamp> _imported = [];
    private Task _watching = Task.CompletedTask;
    private volatile FolderReport? _report;

    /// <summary>The folder's full path; null when there is none.</summary>
    public string? Folder { get; } = options.WorkflowFolder is { } folder ? Path.GetFullPath(folder) : null;

    /// <summary>What the last import found; null before the first, and without a folder.</summary>
    public FolderReport? Report => _report;

    /// <summary>What is wrong with the setting.</summary>
    public static IEnumerable<string> Faults(DagHostOptions options)
    {
        if (options.WorkflowFolder is { } folder && !Directory.Exists(folder))
        {
            yield return $"The folder of workflows {Path.GetFullPath(folder)} does not exist: make it, or name another with --workflows or {DagHostOptions.WorkflowsVariable}.";
        }
    }

    /// <summary>Imports, and goes on watching; does nothing without a folder.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (Folder is not null)
        {
            await LookAsync(cancellationToken);
            _watching = Task.Run(() => WatchAsync(Folder, _stopping.Token), CancellationToken.None);
        }
    }

    /// <summary>Imports what has changed by now.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var stamps = FileStamp.Of(Folder!);
            var files = new List<WorkflowFile>();
            foreach (var stamp in stamps)
            {
                files.Add(await WorkflowFile.ReadAsync(Folder!, stamp.Path, cancellationToken));
            }

            var imported = await import.ImportAsync(files, cancellationToken);
            _imported = stamps;
            Tell(null, imported);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Tell($"The folder of workflows {Folder} cannot be read: {e.Message} What was imported stays in force; it is tried again and again.", _report?.Files ?? []);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WatchAsync(string folder, CancellationToken cancellationToken)
    {
        using var hint = new FolderHint(folder, clock);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await hint.WaitAsync(Quiet, PollInterval, cancellationToken);
                var stamps = FileStamp.OfOrNull(folder);
                if (stamps is null)
                {
                    hint.Reset();
                }

                if (stamps is null || !stamps.SequenceEqual(_imported))
                {
                    await UntilQuietAsync(folder, stamps, cancellationToken);
                    await LookAsync(cancellationToken);
                }
                else if (_report is { IsFaultless: false })
                {
                    await LookAsync(cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it is, the next look may succeed.
                LogFailed(e, folder);
            }
        }
    }

    private async Task UntilQuietAsync(string folder, IReadOnlyList<FileStamp>? before, CancellationToken cancellationToken)
    {
        for (var looks = 0; looks < MostLooks && before is not null; looks++)
        {
            await Task.Delay(Quiet, clock, cancellationToken);
            var now = FileStamp.OfOrNull(folder);
            if (now is not null && now.SequenceEqual(before))
            {
                return;
            }

            before = now;
        }
    }

    private void Tell(string? problem, IReadOnlyList<WorkflowFile> files)
    {
        _report = new FolderReport(Folder!, problem, files, clock.GetUtcNow());
        string[] lines = [.. problem is null ? (string[])[] : [problem], .. files.SelectMany(f => f.Faults.Select(fault => $"{f.Path}: {fault}"))];
        foreach (var line in lines.Where(l => !_told.Contains(l)))
        {
            LogRefused(line);
        }

        _told.Clear();
        _told.UnionWith(lines);
    }

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    private partial void LogRefused(string problem);

    [LoggerMessage(LogLevel.Error, "The workflows in {Folder} could not be imported; it is tried again.")]
    private partial void LogFailed(Exception exception, string folder);
}
