namespace Dag.Workflows.RunLog;

/// <summary>Rolls an append back, because one of its ledger keys is taken; never leaves the run log.</summary>
internal sealed class LedgerKeyUsedException : Exception;
