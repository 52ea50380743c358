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

    /// <summary>Inserts messages, except for those whose keys are known and those to runs that are not there or over.</summary>
    /// <returns>How many were inserted.</returns>
    public abstract Task<int> PostAsync(DbTransaction transaction, IReadOnlyList<InboxMessage> messages, CancellationToken cancellationToken);

    /// <summary>Inserts messages into the outbox of a node.</summary>
    public abstract Task AddToOutboxAsync(
        DbTransaction transaction, string node, string? runId, IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken);

    /// <summary>The runs that a rule speaks of, as a condition.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="definition">The parameter that holds its workflow's id.</param>
    /// <param name="correlation">The parameter that holds its correlation id.</param>
    public static string Condition(ActivationRule rule, string definition, string correlation)
    {
        var sameDefinition = rule.DefinitionId is null ? "" : $" AND definition_id = {definition}";
        var sameCorrelation = rule switch
        {
            { AnyCorrelation: true } => "",
            { CorrelationId: null } => " AND correlation_id IS NULL",
            _ => $" AND correlation_id = {correlation}",
        };
        return "status <> 'Finished'" + sameDefinition + sameCorrelation;
    }

    /// <summary>The key as it is stored: a very long one (a path) as its hash.</summary>
    public static string StoredKey(string key) => key.Length <= LongestLedgerKey
        ? SqlText.Clean(key)
        : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";

    /// <summary>What searching looks through.</summary>
    protected static string SearchText(RunSummary run) =>
        SqlText.Fold(string.Join('\n', run.Id, run.WorkflowName, run.Name, run.CorrelationId));
}
