using System.Globalization;

namespace Dag.Host.Backup;

/// <summary>Backups in words.</summary>
internal static class BackupText
{
    public static string Of(BackupManifest manifest) => string.Create(
        CultureInfo.InvariantCulture,
        $"backup of {manifest.CreatedAt:yyyy-MM-dd HH:mm:ss} UTC with {Many(manifest.Counts.Runs, "run")}, {Many(manifest.Counts.DatasetVersions, "dataset version")}, " +
        $"{Many(manifest.Counts.ModelVersions, "model version")}");

    public static string Bytes(long bytes) => bytes switch
    {
        >= 1_000_000_000 => (bytes / 1e9).ToString("0.0 GB", CultureInfo.InvariantCulture),
        >= 1_000_000 => (bytes / 1e6).ToString("0.0 MB", CultureInfo.InvariantCulture),
        _ => (bytes / 1e3).ToString("0 kB", CultureInfo.InvariantCulture),
    };

    private static string Many(long count, string thing) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {thing}{(count == 1 ? "" : "s")}");
}
