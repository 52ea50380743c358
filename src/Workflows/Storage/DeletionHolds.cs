using Dapper;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Storage;

/// <summary>
/// Holds on deleting: as long as anybody has one, on any node, no file that belongs to a row of the metadata is deleted. One that is not
/// renewed, because its process died, ends by itself after a minute.
/// </summary>
public sealed partial class DeletionHolds(MetadataDatabase database, TimeProvider clock, ILogger<DeletionHolds> logger)
{
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(15);

    /// <summary>Whether anybody has one: who deletes files looks first.</summary>
    public Task<bool> AnyAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) => await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT COUNT(*) FROM deletion_holds WHERE held_until > @now", new { now = clock.GetUtcNow().UtcTicks }, cancellationToken: token)) > 0,
        cancellationToken);

    /// <summary>Takes one, until it is disposed.</summary>
    /// <param name="reason">What for, for whoever looks into the database.</param>
    /// <param name="cancellationToken">Cancels the taking.</param>
    public async Task<IAsyncDisposable> TakeAsync(string reason, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
        await ExecuteAsync("DELETE FROM deletion_holds WHERE held_until <= @now", new { now = clock.GetUtcNow().UtcTicks }, cancellationToken);
        await HoldAsync(id, reason, cancellationToken);
        return new Hold(this, id, clock.CreateTimer(_ => _ = RenewAsync(id, reason), null, Renewal, Renewal));
    }

    private async Task RenewAsync(string id, string reason)
    {
        try
        {
            await HoldAsync(id, reason, CancellationToken.None);
        }
        catch (Exception e) when (e is MetadataUnavailableException or ObjectDisposedException)
        {
            LogNotRenewed(e, reason);
        }
    }

    private Task HoldAsync(string id, string reason, CancellationToken cancellationToken) => ExecuteAsync(
        """
        INSERT INTO deletion_holds (id, reason, held_until) VALUES (@id, @reason, @until)
        ON CONFLICT (id) DO UPDATE SET held_until = excluded.held_until
        """,
        new { id, reason, until = (clock.GetUtcNow() + Duration).UtcTicks },
        cancellationToken);

    private Task<int> ExecuteAsync(string sql, object values, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) => transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, values, transaction, cancellationToken: token)),
        cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The hold on deleting for {Reason} could not be renewed; it is tried again.")]
    private partial void LogNotRenewed(Exception exception, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A hold on deleting could not be given back; it ends by itself within a minute.")]
    private partial void LogNotGivenBack(Exception exception);

    private sealed class Hold(DeletionHolds holds, string id, ITimer timer) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await timer.DisposeAsync();
            try
            {
                await holds.ExecuteAsync("DELETE FROM deletion_holds WHERE id = @id", new { id }, CancellationToken.None);
            }
            catch (Exception e) when (e is MetadataUnavailableException or ObjectDisposedException)
            {
                holds.LogNotGivenBack(e);
            }
        }
    }
}
