using System.Globalization;
using System.Text.Json;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;
using Dag.Workflows.Storage;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Models;

/// <summary>
/// The registry: <c>models/&lt;model&gt;/&lt;version&gt;/</c> with the model's file and its manifest. A version becomes visible in one
/// step, by its row in the metadata database, or not at all, and never changes; aliases such as <c>champion</c> move between versions.
/// </summary>
internal sealed partial class ModelRegistry(
    ModelOptions options, MetadataDatabase database, TimeProvider timeProvider, ILogger<ModelRegistry> logger)
{
    /// <summary>The alias of the version in use.</summary>
    public const string Champion = "champion";

    /// <summary>The alias of a version that is to prove itself.</summary>
    public const string Challenger = "challenger";

    /// <summary>The file of a version that holds what was trained.</summary>
    public const string ModelFile = "model.json";

    private const string ManifestFile = "manifest.json";

    private const string StagingFolder = ".staging";

    private readonly string _folder = Path.GetFullPath(options.Folder);
    private readonly VersionTable _versions = new(database);
    private readonly AliasTable _aliases = new(database);

    /// <summary>The scripts that make the registry's tables.</summary>
    public static MigrationSource Migrations { get; } = new("models", typeof(ModelRegistry).Assembly, typeof(ModelRegistry).Namespace);

    /// <summary>Finds a version: the given one, the alias's, or the latest; null when there is none.</summary>
    public async Task<ModelVersion?> FindAsync(ModelReference reference, CancellationToken cancellationToken)
    {
        var model = ModelName.Validated(reference.Model);
        if (reference is not { Version: null, Alias: { } alias })
        {
            return await _versions.FindAsync(model, reference.Version, cancellationToken);
        }

        return await FindAliasAsync(model, alias, cancellationToken) is { } version
            ? await _versions.FindAsync(model, version, cancellationToken)
            : null;
    }

    /// <summary>Finds a version: the given one, the alias's, or the latest.</summary>
    /// <exception cref="ActivityException">There is none; the message names those that there are.</exception>
    public async Task<ModelVersion> GetAsync(ModelReference reference, CancellationToken cancellationToken)
    {
        if (await FindAsync(reference, cancellationToken) is { } version)
        {
            return version;
        }

        var latest = await _versions.FindAsync(reference.Model, null, cancellationToken);
        var known = await _versions.ModelsAsync(cancellationToken);
        throw new ActivityException(
            latest is null
                ? $"There is no model {reference.Model} in the registry. " + (known.Count == 0
                    ? "The registry is empty: train one with Dag.TrainModel."
                    : $"It holds: {string.Join(", ", known.Take(20).Select(m => m.Model))}{(known.Count > 20 ? ", …" : "")}.")
                : reference.Version is null
                    ? $"The model {reference.Model} has no alias {reference.Alias}. Set it with Dag.PromoteModel, or name a version."
                    : $"The model {reference.Model} has no version {reference.Version}: its latest is {latest.Version}.")
        {
            Retryable = false,
        };
    }

    /// <summary>The version that was published under the key; null when none was.</summary>
    public Task<ModelVersion?> FindByKeyAsync(string model, string idempotencyKey, CancellationToken cancellationToken) =>
        _versions.FindByKeyAsync(ModelName.Validated(model), idempotencyKey, cancellationToken);

    /// <summary>All models, by name.</summary>
    public async Task<IReadOnlyList<ModelSummary>> ListAsync(CancellationToken cancellationToken)
    {
        var summaries = new List<ModelSummary>();
        foreach (var (model, latest, versions) in await _versions.ModelsAsync(cancellationToken))
        {
            summaries.Add(new ModelSummary(model, latest, versions, await _aliases.AllAsync(model, cancellationToken)));
        }

        return summaries;
    }

    /// <summary>The versions of a model, the latest first.</summary>
    public Task<IReadOnlyList<ModelVersion>> ListVersionsAsync(string model, int limit, CancellationToken cancellationToken) =>
        _versions.ListAsync(ModelName.Validated(model), limit, cancellationToken);

    /// <summary>The version that an alias points to; null when it points nowhere.</summary>
    public async Task<int?> FindAliasAsync(string model, string alias, CancellationToken cancellationToken) =>
        (await _aliases.AllAsync(model, cancellationToken)).TryGetValue(alias, out var version) ? version : null;

    /// <summary>The moves of an alias, the latest first.</summary>
    public Task<IReadOnlyList<AliasMove>> ListMovesAsync(string model, string alias, int limit, CancellationToken cancellationToken) =>
        _aliases.HistoryAsync(model, alias, limit, cancellationToken);

    /// <summary>The move that was made under the key; null when none was.</summary>
    public Task<AliasMove?> FindMoveAsync(string model, string alias, string idempotencyKey, CancellationToken cancellationToken) =>
        _aliases.FindByKeyAsync(model, alias, idempotencyKey, cancellationToken);

    /// <summary>
    /// Moves an alias, at once or not at all: null when it does not point to the version before any more. Under a key that was used it
    /// gives the move of then.
    /// </summary>
    public async Task<AliasMove?> MoveAliasAsync(AliasMove move, CancellationToken cancellationToken)
    {
        ModelName.Validated(move.Alias);
        await GetAsync(new ModelReference(move.Model, move.Version), cancellationToken);
        var booked = await _aliases.MoveAsync(move with { MovedAt = timeProvider.GetUtcNow() }, cancellationToken);
        if (booked is not null)
        {
            LogMoved(booked.Model, booked.Alias, booked.VersionBefore, booked.Version);
        }

        return booked;
    }

    /// <summary>The folder of a version.</summary>
    public string FolderOf(ModelVersion version) =>
        Path.Combine(_folder, ModelName.Validated(version.Model), version.Version.ToString(CultureInfo.InvariantCulture));

    /// <summary>Loads a version, ready to predict.</summary>
    /// <exception cref="ActivityException">Its file is missing or damaged.</exception>
    public async Task<FittedModel> LoadAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        var path = Path.Combine(FolderOf(version), ModelFile);
        try
        {
            return new FittedModel
            {
                Target = version.Target,
                Task = version.Task,
                Classes = version.Classes,
                Encoding = version.Encoding,
                Trained = FileOf(version.Algorithm, await File.ReadAllBytesAsync(path, cancellationToken)),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ActivityException(
                $"The model {version.ToReference()} cannot be loaded from {path}: {e.Message} Restore the file, or train the model again.",
                e);
        }
    }

    /// <summary>
    /// Publishes a model: durable and visible when the task completes. Under a key that was used it gives the version of then.
    /// </summary>
    /// <param name="draft">Its manifest; the number of the version is given here.</param>
    /// <param name="model">What was trained.</param>
    /// <param name="cancellationToken">Stops before the version is visible.</param>
    public async Task<ModelVersion> PublishAsync(ModelVersion draft, TrainedModel model, CancellationToken cancellationToken)
    {
        var modelFolder = Path.Combine(_folder, ModelName.Validated(draft.Model));
        var staging = Path.Combine(_folder, StagingFolder, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(modelFolder);
        Directory.CreateDirectory(staging);
        LakeFiles.FlushFolder(_folder);
        try
        {
            await WriteAsync(Path.Combine(staging, ModelFile), model.ToFile(), cancellationToken);
            while (true)
            {
                var latest = await _versions.FindAsync(draft.Model, null, cancellationToken);
                var version = draft with { Version = NextNumber(modelFolder, latest?.Version ?? 0), CreatedAt = timeProvider.GetUtcNow() };
                var manifest = JsonSerializer.SerializeToUtf8Bytes(version, ModelJson.Options);
                await WriteAsync(Path.Combine(staging, ManifestFile), manifest, cancellationToken);
                LakeFiles.FlushFolder(staging);
                if (LakeFiles.TryRename(staging, FolderOf(version)))
                {
                    return await ShowAsync(version, model, cancellationToken);
                }
            }
        }
        finally
        {
            LakeFiles.DeleteFolder(staging);
        }
    }

    private static TrainedModel FileOf(string algorithm, byte[] file) => algorithm switch
    {
        DummyModel.Name => DummyModel.FromFile(file),
        XgboostModel.Name => XgboostModel.FromFile(file),
        LinearModel.Regression or LinearModel.Logistic => LinearModel.FromFile(file),
        _ => throw new JsonException($"The algorithm {algorithm} is not known to this version of the program."),
    };

    private static async Task WriteAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        await File.WriteAllBytesAsync(path, content, cancellationToken);
        LakeFiles.FlushFile(path);
    }

    // A folder without a row was left behind by a process that died: its number is not used again.
    private static int NextNumber(string modelFolder, int latest) => 1 + Directory.EnumerateDirectories(modelFolder)
        .Select(f => int.TryParse(Path.GetFileName(f), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0)
        .Append(latest)
        .Max();

    private async Task<ModelVersion> ShowAsync(ModelVersion version, TrainedModel model, CancellationToken cancellationToken)
    {
        // When this throws, the commit may still have happened: the folder stays, at worst unused.
        LakeFiles.FlushFolder(Path.GetDirectoryName(FolderOf(version))!);
        var shown = await _versions.InsertAsync(version, cancellationToken);
        if (shown?.Version == version.Version)
        {
            LogPublished(version.Model, version.Version, version.Algorithm);
            return version;
        }

        LakeFiles.DeleteFolder(FolderOf(version));
        return shown ?? await PublishAsync(version, model, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Published the model {Model}@{Version} ({Algorithm})")]
    private partial void LogPublished(string model, int version, string algorithm);

    [LoggerMessage(Level = LogLevel.Information, Message = "The alias {Alias} of {Model} moved from version {Before} to {Version}")]
    private partial void LogMoved(string model, string alias, int? before, int version);
}
