using System.Globalization;
using Dag.Host.Hosting;

namespace Dag.Host.Web.Hooks;

/// <summary>
/// Where the files that webhooks bring lie: <c>uploads/DAY/REQUEST/NUMBER/NAME</c> in the data folder. A run gets their paths; they are
/// deleted by day, when they are old.
/// </summary>
internal sealed partial class HookUploads(DagHostOptions options, TimeProvider clock, ILogger<HookUploads> logger)
{
    private const string DayFormat = "yyyy-MM-dd";
    private readonly string _root = Path.Combine(Path.GetFullPath(options.DataFolder), "uploads");
    private int _sweptOn;

    /// <summary>A place for the files of one request; nothing is made before the first of them.</summary>
    public HookUpload Begin()
    {
        var today = clock.GetUtcNow().UtcDateTime.Date;
        return new HookUpload(
            Path.Combine(_root, today.ToString(DayFormat, CultureInfo.InvariantCulture), Guid.NewGuid().ToString("N")), onFirst: () => SweepOnce(today));
    }

    private void SweepOnce(DateTime today)
    {
        var number = DateOnly.FromDateTime(today).DayNumber;
        if (Interlocked.Exchange(ref _sweptOn, number) == number || !Directory.Exists(_root))
        {
            return;
        }

        foreach (var folder in Directory.GetDirectories(_root))
        {
            if (DateTime.TryParseExact(Path.GetFileName(folder), DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                && today - day > TimeSpan.FromDays(options.UploadDays))
            {
                Sweep(folder);
            }
        }
    }

    private void Sweep(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            LogSwept(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotSwept(e, folder);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted the old uploads {Folder}.")]
    private partial void LogSwept(string folder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The old uploads {Folder} could not be deleted.")]
    private partial void LogNotSwept(Exception exception, string folder);
}
