using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dag.Workflows.Storage;

namespace Dag.Workflows.RunLog;

/// <summary>The two writes of the run log that must be fast, and are written for each database in the way it likes best.</summary>
internal abstract class RunLogWriter
{
    // An entry of a b-tree in PostgreSQL holds about 2,700 bytes; this many characters always fit, with their scope.
    private const int LongestLedgerKey = 500;

    /// <summary>Appends in the given transaction; throws <see cref="LedgerKeyUsedException"/> to have it rolled back.</summary>
    public abstract Task<AppendOutcome> AppendAsync(
        DbTransaction transaction, RunBatch batch, DateTimeOffset leaseUntil, CancellationToken cancellationToken);

    /// <summary>Inserts the message unless its key is known or the run is not.</summary>
    public abstract Task<bool> PostAsync(DbTransaction transaction, InboxMessage message, CancellationToken cancellationToken);

    /// <summary>The key as it is stored: a very long one (a path) as its hash.</summary>
    public static string StoredKey(string key) => key.Length <= LongestLedgerKey
        ? SqlText.Clean(key)
        : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";

    /// <summary>What searching looks through.</summary>
    protected static string SearchText(RunSummary run) =>
        SqlText.Fold(string.Join('\n', run.Id, run.WorkflowName, run.Name, run.CorrelationId));
}
