using System.Text.Json;
using Dag.Workflows.Storage;

namespace Dag.Host.Backup;

/// <summary>What an archive holds; its last entry, so that an archive without one is not whole.</summary>
internal sealed record BackupManifest
{
    /// <summary>The name of its entry.</summary>
    public const string Name = "manifest.json";

    /// <summary>What <see cref="Format"/> must be.</summary>
    public const string ThisFormat = "dag-backup/1";

    /// <summary>How it is written.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The kind and version of the archive.</summary>
    public string Format { get; init; } = ThisFormat;

    /// <summary>When the snapshot was taken.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The version of the program that wrote it.</summary>
    public required string Program { get; init; }

    /// <summary>The database of the metadata.</summary>
    public required SqlDialect Database { get; init; }

    /// <summary>For PostgreSQL, the tables, each after those that it refers to.</summary>
    public IReadOnlyList<TableCopy> Tables { get; init; } = [];

    /// <summary>For PostgreSQL, the scripts that had made the tables.</summary>
    public IReadOnlyList<AppliedMigration> Migrations { get; init; } = [];

    /// <summary>All other entries, in order.</summary>
    public required IReadOnlyList<BackupEntry> Files { get; init; }

    /// <summary>How much it counts of what matters, for people.</summary>
    public required BackupCounts Counts { get; init; }
}

/// <summary>A file in an archive.</summary>
/// <param name="Name">Its name, with slashes.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, in hexadecimal.</param>
internal sealed record BackupEntry(string Name, long Bytes, string Sha256);

/// <summary>What an archive holds, in figures.</summary>
/// <param name="Runs">Runs.</param>
/// <param name="DatasetVersions">Versions of datasets.</param>
/// <param name="ModelVersions">Versions of models.</param>
internal sealed record BackupCounts(long Runs, long DatasetVersions, long ModelVersions);
