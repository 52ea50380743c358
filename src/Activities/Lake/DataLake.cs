using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dag.Activities.DuckDb;
using Dag.Workflows.Activities;
using Dag.Workflows.Storage;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Lake;

/// <summary>
/// The lake: <c>lake/&lt;dataset&gt;/&lt;version&gt;/part-*.parquet</c> with a <c>manifest.json</c> beside them. A version becomes visible
/// in one step, by its row in the metadata database, or not at all, and never changes. Safe to share between threads and processes.
/// </summary>
public sealed partial class DataLake
{
    private const string StagingName = ".staging";
    private const string ManifestName = "manifest.json";
    private static readonly JsonSerializerOptions Indented = new(DatasetTable.Json) { WriteIndented = true };
    private readonly string _folder;
    private readonly DatasetTable _table;
    private readonly TimeProvider _clock;
    private readonly ILogger<DataLake> _logger;

    /// <summary>Takes its folder and its database, whose schema has the scripts of <see cref="Migrations"/>.</summary>
    public DataLake(LakeOptions options, MetadataDatabase database, TimeProvider clock, ILogger<DataLake> logger)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        _folder = Path.GetFullPath(options.Folder);
        _table = new DatasetTable(database);
        _clock = clock;
        _logger = logger;
    }

    /// <summary>The scripts that make the lake's tables.</summary>
    public static MigrationSource Migrations { get; } = new("lake", typeof(DataLake).Assembly, typeof(DataLake).Namespace);

    /// <summary>Finds a version: the given one, or the latest; null when there is none.</summary>
    public Task<DatasetVersion?> FindAsync(DatasetReference reference, CancellationToken cancellationToken) =>
        _table.FindAsync(reference with { Dataset = DatasetName.Validated(reference.Dataset) }, cancellationToken);

    /// <summary>Finds a version: the given one, or the latest.</summary>
    /// <exception cref="ActivityException">There is none; the message names those that there are.</exception>
    public async Task<DatasetVersion> GetAsync(DatasetReference reference, CancellationToken cancellationToken)
    {
        if (await FindAsync(reference, cancellationToken) is { } version)
        {
            return version;
        }

        var known = await ListAsync(cancellationToken);
        var latest = known.FirstOrDefault(d => d.Dataset == reference.Dataset);
        throw new ActivityException(
            latest is not null
                ? $"The dataset {reference.Dataset} has no version {reference.Version}: its latest is {latest.LatestVersion}."
                : $"There is no dataset {reference.Dataset} in the lake. " + (known.Count == 0
                    ? "The lake is empty."
                    : $"It holds: {string.Join(", ", known.Take(20).Select(d => d.Dataset))}{(known.Count > 20 ? ", …" : "")}."))
        {
            Retryable = false,
        };
    }

    /// <summary>The version that was published under the key; null when none was.</summary>
    public Task<DatasetVersion?> FindByKeyAsync(string dataset, string idempotencyKey, CancellationToken cancellationToken) =>
        _table.FindByKeyAsync(DatasetName.Validated(dataset), idempotencyKey, cancellationToken);

    /// <summary>All datasets, by name.</summary>
    public Task<IReadOnlyList<DatasetSummary>> ListAsync(CancellationToken cancellationToken) => _table.ListAsync(cancellationToken);

    /// <summary>The versions of a dataset, the latest first.</summary>
    public Task<IReadOnlyList<DatasetVersion>> ListVersionsAsync(string dataset, int limit, CancellationToken cancellationToken) =>
        _table.ListVersionsAsync(DatasetName.Validated(dataset), limit, cancellationToken);

    /// <summary>The folder of a version.</summary>
    public string FolderOf(DatasetVersion version) =>
        Path.Combine(_folder, DatasetName.Validated(version.Dataset), version.Version.ToString(CultureInfo.InvariantCulture));

    /// <summary>The Parquet files of a version, with their full paths.</summary>
    public IReadOnlyList<string> FilesOf(DatasetVersion version) => [.. version.Parts.Select(p => Path.Combine(FolderOf(version), p.File))];

    /// <summary>What stands behind FROM in SQL to read a version: <c>read_parquet([…])</c>.</summary>
    public string RelationOf(DatasetVersion version) => $"read_parquet({DuckDbSql.FilePaths(FilesOf(version))})";

    /// <summary>Starts a version. Write its files into the draft's folder, describe them, and publish it.</summary>
    /// <param name="dataset">The dataset; made by its first version.</param>
    /// <param name="idempotencyKey">Whoever publishes under it publishes once.</param>
    /// <param name="runId">The run that makes it, if one does.</param>
    public DatasetDraft Begin(string dataset, string idempotencyKey, string? runId = null)
    {
        var folder = Path.Combine(_folder, StagingName, Guid.NewGuid().ToString("N"));
        var draft = new DatasetDraft(DatasetName.Validated(dataset), folder) { IdempotencyKey = idempotencyKey, RunId = runId };
        Directory.CreateDirectory(folder);
        return draft;
    }

    /// <summary>Refuses a draft that appends, but has not the columns of the latest version. Publishing would refuse it as well, and say less.</summary>
    /// <exception cref="ActivityException">The columns differ; the message names the first that does.</exception>
    public async Task RefuseOtherColumnsAsync(DatasetDraft draft, CancellationToken cancellationToken)
    {
        if (draft.Append && await FindAsync(new DatasetReference(draft.Dataset), cancellationToken) is { } latest
            && !latest.Columns.SequenceEqual(draft.Columns))
        {
            var differs = latest.Columns.Except(draft.Columns).FirstOrDefault();
            throw new ActivityException(
                $"These rows cannot be appended to {latest.ToReference()}: " +
                (differs is null ? "their columns are others, or in another order" : $"they have no column {differs.Name} {differs.Type}") +
                $" (they have {string.Join(", ", draft.Columns.Select(c => $"{c.Name} {c.Type}"))}). Give them its columns, or set mode to Replace.")
            {
                Retryable = false,
            };
        }
    }

    /// <summary>
    /// Publishes a draft: durable and visible when the task completes. Under a key that was used it gives the version of then.
    /// Appending takes the latest version as it is now, however many were published since the draft began.
    /// </summary>
    /// <exception cref="ActivityException">The columns of an append are not those of the latest version.</exception>
    public async Task<DatasetVersion> PublishAsync(DatasetDraft draft, CancellationToken cancellationToken)
    {
        if (await FindByKeyAsync(draft.Dataset, draft.IdempotencyKey, cancellationToken) is { } earlier)
        {
            LogPublishedBefore(earlier.Dataset, earlier.Version);
            return earlier;
        }

        var datasetFolder = Path.Combine(_folder, draft.Dataset);
        Directory.CreateDirectory(datasetFolder);
        LakeFiles.FlushFolder(_folder);
        var added = await FlushAndHashAsync(draft, cancellationToken);
        while (true)
        {
            var latest = await _table.FindAsync(new DatasetReference(draft.Dataset), cancellationToken);
            var version = Compose(draft, added, draft.Append ? latest : null, NextNumber(datasetFolder, latest));
            Assemble(draft, version, draft.Append ? latest : null);
            if (await ShowAsync(draft, version, latest?.Version, cancellationToken) is { } published)
            {
                return published;
            }
        }
    }

    /// <summary>Removes what a process that died left behind: staging folders, and versions that never became visible.</summary>
    /// <param name="olderThan">Younger folders stay: another process may be publishing them. Zero when this process is alone.</param>
    /// <param name="cancellationToken">Stops between two folders.</param>
    /// <returns>How many folders were removed.</returns>
    public async Task<int> SweepAsync(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_folder))
        {
            return 0;
        }

        // Folders first, rows second: a version that is published in between is seen in the rows.
        var staging = Path.Combine(_folder, StagingName);
        var candidates = Directory.EnumerateDirectories(_folder)
            .SelectMany(Directory.EnumerateDirectories)
            .Where(f => _clock.GetUtcNow() - Directory.GetLastWriteTimeUtc(f) >= olderThan)
            .ToList();
        var visible = await _table.AllAsync(cancellationToken);
        var swept = 0;
        foreach (var folder in candidates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var parent = Path.GetDirectoryName(folder)!;
            var name = Path.GetFileName(folder);
            var left = parent == staging || (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)
                && DatasetName.IsValid(Path.GetFileName(parent)) && !visible.Contains((Path.GetFileName(parent), name)));
            if (left)
            {
                LakeFiles.DeleteFolder(folder);
                swept++;
                LogSwept(folder);
            }
        }

        return swept;
    }

    private static async Task<IReadOnlyList<DatasetPart>> FlushAndHashAsync(DatasetDraft draft, CancellationToken cancellationToken)
    {
        var parts = new DatasetPart[draft.Files.Count];
        await Parallel.ForAsync(0, parts.Length, cancellationToken, async (i, token) =>
        {
            var (file, rows) = draft.Files[i];
            var path = Path.Combine(draft.Folder, file);

            // The disk writes while the processor hashes.
            var flushing = Task.Run(() => LakeFiles.FlushFile(path), token);
            var hash = draft.Hash ? await LakeFiles.HashAsync(path, token) : null;
            await flushing;
            parts[i] = new DatasetPart(file, rows, new FileInfo(path).Length, hash);
        });
        var rejects = Path.Combine(draft.Folder, DatasetDraft.RejectsFile);
        if (File.Exists(rejects))
        {
            LakeFiles.FlushFile(rejects);
        }

        return parts;
    }

    private DatasetVersion Compose(DatasetDraft draft, IReadOnlyList<DatasetPart> added, DatasetVersion? continued, int number)
    {
        if (continued is not null && !continued.Columns.SequenceEqual(draft.Columns))
        {
            throw new ActivityException(
                $"The columns of {draft.Dataset} changed while rows were appended: version {continued.Version} has " +
                $"{string.Join(", ", continued.Columns.Select(c => $"{c.Name} {c.Type}"))}. Run it again.");
        }

        var before = continued?.Parts ?? [];
        var parts = before.Concat(added.Select((part, i) => part with { File = PartName(before.Count + i) })).ToList();
        return new DatasetVersion
        {
            Dataset = draft.Dataset,
            Version = number,
            Columns = draft.Columns,
            Rows = parts.Sum(p => p.Rows),
            AddedRows = added.Sum(p => p.Rows),
            Bytes = parts.Sum(p => p.Bytes),
            ContentHash = parts.Any(p => p.Sha256 is null) ? null : HashOf(parts),
            Parts = parts,
            Sources = draft.Sources,
            Parents = continued is null ? draft.Parents : [continued.ToReference(), .. draft.Parents],
            RejectedRows = draft.RejectedRows,
            RunId = draft.RunId,
            CreatedAt = _clock.GetUtcNow(),
            IdempotencyKey = draft.IdempotencyKey,
        };
    }

    // Makes the staging folder what the version's folder will be. It may have been assembled before, against another latest version.
    private void Assemble(DatasetDraft draft, DatasetVersion version, DatasetVersion? continued)
    {
        var target = Path.Combine(draft.Folder, "version");
        LakeFiles.DeleteFolder(target);
        Directory.CreateDirectory(target);
        var before = continued is null ? [] : FilesOf(continued);
        foreach (var (existing, i) in before.Concat(draft.Files.Select(f => Path.Combine(draft.Folder, f.File))).Select((f, i) => (f, i)))
        {
            LakeFiles.LinkOrCopy(existing, Path.Combine(target, version.Parts[i].File));
        }

        var rejects = Path.Combine(draft.Folder, DatasetDraft.RejectsFile);
        if (File.Exists(rejects))
        {
            LakeFiles.LinkOrCopy(rejects, Path.Combine(target, DatasetDraft.RejectsFile));
        }

        var manifest = Path.Combine(target, ManifestName);
        File.WriteAllText(manifest, JsonSerializer.Serialize(version, Indented) + "\n");
        LakeFiles.FlushFile(manifest);
        LakeFiles.FlushFolder(target);
    }

    // Null: another version came in between, compose again.
    private async Task<DatasetVersion?> ShowAsync(
        DatasetDraft draft, DatasetVersion version, int? latest, CancellationToken cancellationToken)
    {
        var folder = FolderOf(version);
        if (!LakeFiles.TryRename(Path.Combine(draft.Folder, "version"), folder))
        {
            return null;
        }

        DatasetVersion? shown = null;
        try
        {
            LakeFiles.FlushFolder(Path.GetDirectoryName(folder)!);
            shown = await _table.InsertAsync(version, latest, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The commit may have happened although its answer was lost: the folder stays, and the next sweep decides.
            LogUnsure(folder, e);
            throw;
        }

        if (shown?.Version != version.Version)
        {
            LakeFiles.DeleteFolder(folder);
            return shown;
        }

        LogPublished(version.Dataset, version.Version, version.Rows, version.Bytes);
        return shown;
    }

    // A folder without a row is another publisher's, or left behind by a dead one: its number is not used again.
    private static int NextNumber(string datasetFolder, DatasetVersion? latest) => 1 + Directory.EnumerateDirectories(datasetFolder)
        .Select(f => int.TryParse(Path.GetFileName(f), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0)
        .Append(latest?.Version ?? 0)
        .Max();

    private static string PartName(int index) => string.Create(CultureInfo.InvariantCulture, $"part-{index:00000}.parquet");

    private static string HashOf(IEnumerable<DatasetPart> parts) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Concat(parts.Select(p => p.Sha256 + "\n")))));

    [LoggerMessage(Level = LogLevel.Information, Message = "Published {Dataset}@{Version}: {Rows} rows, {Bytes} bytes")]
    private partial void LogPublished(string dataset, int version, long rows, long bytes);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Dataset}@{Version} was published under this key before; nothing was done")]
    private partial void LogPublishedBefore(string dataset, int version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removed {Folder}: its publication never completed")]
    private partial void LogSwept(string folder);

    [LoggerMessage(Level = LogLevel.Error, Message = "Cannot tell whether {Folder} was published; it is kept until the next start")]
    private partial void LogUnsure(string folder, Exception exception);
}
