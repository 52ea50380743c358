using Microsoft.Extensions.Logging;

namespace Dag.Workflows.AttemptLogs;

/// <summary>Deletes logs that are too old, and the oldest when all together are too large; at start and every hour.</summary>
internal sealed partial class AttemptLogRetention(AttemptLogOptions options, TimeProvider clock, ILogger<AttemptLogRetention> logger) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private ITimer? _timer;

    /// <summary>Begins, away from the caller.</summary>
    public void Start() => _timer ??= clock.CreateTimer(_ => Sweep(), null, TimeSpan.Zero, Interval);

    /// <summary>Deletes what is too much now.</summary>
    /// <returns>How many files were deleted.</returns>
    public int Sweep()
    {
        try
        {
            if (options.Folder is null || !Directory.Exists(options.Folder))
            {
                return 0;
            }

            var deleted = 0;
            var kept = 0L;
            var newest = clock.GetUtcNow() - options.Retention;
            foreach (var file in new DirectoryInfo(options.Folder).EnumerateFiles("*" + AttemptLogFiles.Extension).OrderByDescending(f => f.LastWriteTimeUtc))
            {
                kept += file.Length;
                if (file.LastWriteTimeUtc < newest || kept > options.TotalBytes)
                {
                    file.Delete();
                    deleted++;
                }
            }

            if (deleted > 0)
            {
                LogSwept(deleted, options.Folder);
            }

            return deleted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotSwept(e, options.Folder!);
            return 0;
        }
    }

    public void Dispose() => _timer?.Dispose();

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted the logs of {Count} runs from {Folder}: they were too old, or too large together.")]
    private partial void LogSwept(int count, string folder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old logs of runs in {Folder} could not be deleted; tried again in an hour.")]
    private partial void LogNotSwept(Exception exception, string folder);
}
