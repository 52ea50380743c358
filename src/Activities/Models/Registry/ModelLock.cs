using System.Data.Common;
using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Activities.Models;

/// <summary>One writer of a model at a time, on every database.</summary>
internal static class ModelLock
{
    /// <summary>
    /// Waits until no other transaction writes this model. SQLite has one writer; on PostgreSQL two would not see each other's rows.
    /// </summary>
    public static Task TakeAsync(MetadataDatabase database, DbTransaction transaction, string model, CancellationToken cancellationToken) =>
        database.Dialect == SqlDialect.PostgreSql
            ? transaction.Connection!.ExecuteAsync(new CommandDefinition(
                "SELECT pg_advisory_xact_lock(hashtextextended('model ' || @model, 0))", new { model }, transaction,
                cancellationToken: cancellationToken))
            : Task.CompletedTask;
}
