namespace Dag.Workflows.Storage;

/// <summary>Content under its SHA-256: frozen definitions and large values. What is stored never changes.</summary>
internal interface IBlobStore
{
    /// <summary>Stores what is not there yet, all or nothing. Appends to the run log bring their blobs with them instead.</summary>
    Task PutAsync(IReadOnlyList<Blob> blobs, CancellationToken cancellationToken);

    /// <summary>The content, or null when nothing is stored under this hash.</summary>
    Task<byte[]?> GetAsync(string hash, CancellationToken cancellationToken);
}
