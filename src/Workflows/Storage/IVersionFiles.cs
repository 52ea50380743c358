namespace Dag.Workflows.Storage;

/// <summary>
/// Files outside the database that belong to rows in it: once such a row is visible, its files are complete and never change. A backup
/// copies them after a snapshot of the rows.
/// </summary>
public interface IVersionFiles
{
    /// <summary>The files of all versions that are visible in this metadata.</summary>
    /// <exception cref="InvalidDataException">Files of a version are missing; the message names it.</exception>
    Task<IReadOnlyList<VersionFile>> ListAsync(MetadataDatabase metadata, CancellationToken cancellationToken);
}

/// <summary>A file of a version.</summary>
/// <param name="Name">Its name in the data folder, with slashes: <c>lake/flights/1/part-00000.parquet</c>.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Sha256">Its SHA-256 in hexadecimal, if it is on record: files with the same one are backed up once.</param>
public sealed record VersionFile(string Name, string Path, string? Sha256 = null);
