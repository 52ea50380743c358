using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Models;

/// <summary>Reads dataset versions of the lake into memory.</summary>
internal sealed class DatasetTables(DataLake lake, DuckDbEngine engine)
{
    /// <summary>The version that a reference means: the given one, or the latest.</summary>
    /// <exception cref="ActivityException">There is none.</exception>
    public Task<DatasetVersion> GetVersionAsync(DatasetReference reference, CancellationToken cancellationToken) =>
        lake.GetAsync(reference, cancellationToken);

    /// <param name="version">The dataset version.</param>
    /// <param name="wanted">The columns to keep in memory; null keeps all.</param>
    /// <param name="maxRows">The most rows to keep, about; over it the same rows are drawn each time.</param>
    /// <param name="seed">The seed of the draw.</param>
    /// <param name="progress">Hears the share read.</param>
    /// <param name="cancellationToken">Interrupts the reading.</param>
    /// <exception cref="ActivityException">The files cannot be read.</exception>
    public async Task<ModelTable> ReadAsync(
        DatasetVersion version, IReadOnlySet<string>? wanted, int maxRows, int seed, Action<double>? progress,
        CancellationToken cancellationToken)
    {
        try
        {
            using var connection = engine.Open();
            return await connection.RunAsync(
                (c, token) => new DatasetReader(c, lake.RelationOf(version)).Read(wanted, maxRows, seed, progress, token),
                progress: null,
                cancellationToken);
        }
        catch (DuckDbException e)
        {
            throw new ActivityException($"The dataset {version.ToReference()} cannot be read: {e.Message}", e);
        }
    }
}
