using Dag.Workflows.Storage;

namespace Dag.Activities.Lake;

/// <summary>The files of all dataset versions.</summary>
internal sealed class DatasetFiles(DataLake lake) : IVersionFiles
{
    public async Task<IReadOnlyList<VersionFile>> ListAsync(MetadataDatabase metadata, CancellationToken cancellationToken)
    {
        var table = new DatasetTable(metadata);
        var files = new List<VersionFile>();
        foreach (var dataset in await table.ListAsync(cancellationToken))
        {
            foreach (var version in await table.ListVersionsAsync(dataset.Dataset, int.MaxValue, cancellationToken))
            {
                files.AddRange(FilesOf(version));
            }
        }

        return files;
    }

    private IEnumerable<VersionFile> FilesOf(DatasetVersion version)
    {
        var folder = lake.FolderOf(version);
        var hashes = version.Parts.ToDictionary(p => p.File, p => p.Sha256);
        var missing = hashes.Keys.FirstOrDefault(f => !File.Exists(Path.Combine(folder, f)));
        if (missing is not null)
        {
            throw new InvalidDataException($"The dataset version {version.ToReference()} lacks its file {Path.Combine(folder, missing)}.");
        }

        return Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(path => new VersionFile(
            $"lake/{version.Dataset}/{version.Version}/{Path.GetFileName(path)}", path, hashes.GetValueOrDefault(Path.GetFileName(path))));
    }
}
