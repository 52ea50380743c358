using Dag.Workflows.Storage;

namespace Dag.Activities.Models;

/// <summary>The files of all model versions.</summary>
internal sealed class ModelFiles(ModelRegistry registry) : IVersionFiles
{
    public async Task<IReadOnlyList<VersionFile>> ListAsync(MetadataDatabase metadata, CancellationToken cancellationToken)
    {
        var table = new VersionTable(metadata);
        var files = new List<VersionFile>();
        foreach (var (model, _, _) in await table.ModelsAsync(cancellationToken))
        {
            foreach (var version in await table.ListAsync(model, int.MaxValue, cancellationToken))
            {
                files.AddRange(FilesOf(version));
            }
        }

        return files;
    }

    private IEnumerable<VersionFile> FilesOf(ModelVersion version)
    {
        var folder = registry.FolderOf(version);
        if (!File.Exists(Path.Combine(folder, ModelRegistry.ModelFile)))
        {
            throw new InvalidDataException($"The model version {version.ToReference()} lacks its file {Path.Combine(folder, ModelRegistry.ModelFile)}.");
        }

        return Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
            .Select(path => new VersionFile($"models/{version.Model}/{version.Version}/{Path.GetFileName(path)}", path));
    }
}
