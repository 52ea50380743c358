using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Workflows.Catalog;

/// <summary>Remembers what was last imported of each workflow that has a file, so that a file is imported when it has changed and not when the service has.</summary>
internal sealed class WorkflowFileLedger(MetadataDatabase database)
{
    /// <summary>What was imported, by workflow id.</summary>
    public Task<IReadOnlyDictionary<string, ImportedFile>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) =>
        {
            const string select = "SELECT definition_id AS DefinitionId, path AS Path, content_hash AS ContentHash, version_id AS VersionId FROM workflow_files";
            var rows = await connection.QueryAsync<ImportedFile>(new CommandDefinition(select, cancellationToken: token));
            return (IReadOnlyDictionary<string, ImportedFile>)rows.ToDictionary(r => r.DefinitionId);
        },
        cancellationToken);

    /// <summary>Remembers an import, in place of the one before.</summary>
    public Task SaveAsync(ImportedFile file, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) =>
        {
            const string upsert = """
                INSERT INTO workflow_files (definition_id, path, content_hash, version_id) VALUES (@DefinitionId, @Path, @ContentHash, @VersionId)
                ON CONFLICT (definition_id) DO UPDATE SET path = excluded.path, content_hash = excluded.content_hash, version_id = excluded.version_id
                """;
            var row = new { DefinitionId = SqlText.Clean(file.DefinitionId), Path = SqlText.Clean(file.Path), file.ContentHash, file.VersionId };
            return transaction.Connection!.ExecuteAsync(new CommandDefinition(upsert, row, transaction, cancellationToken: token));
        },
        cancellationToken);

    /// <summary>Forgets a file that has gone: if it comes back, it is as new.</summary>
    public Task RemoveAsync(string definitionId, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) => transaction.Connection!.ExecuteAsync(
            new CommandDefinition("DELETE FROM workflow_files WHERE definition_id = @definitionId", new { definitionId }, transaction, cancellationToken: token)),
        cancellationToken);
}

/// <summary>A file as it was imported.</summary>
internal sealed record ImportedFile
{
    /// <summary>The workflow's id.</summary>
    public required string DefinitionId { get; init; }

    /// <summary>The file's path in the folder, with slashes.</summary>
    public required string Path { get; init; }

    /// <summary>The hash of its canonical form.</summary>
    public required string ContentHash { get; init; }

    /// <summary>The id of the version that says the same.</summary>
    public required string VersionId { get; init; }
}
