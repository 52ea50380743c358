namespace Dag.Workflows.RunLog;

/// <summary>Rolls an append back, because one of its ledger keys, or its message of the outbox, is used; never leaves the run log.</summary>
internal sealed class LedgerKeyUsedException : Exception;
