namespace Dag.Workflows.RunLog;

/// <summary>How an append ended.</summary>
internal enum AppendOutcome
{
    /// <summary>Stored, durably.</summary>
    Appended,

    /// <summary>Another node holds the run under a later epoch, or the sequence is not the next one: this node must let go of it.</summary>
    Superseded,

    /// <summary>A ledger key, or the message of the outbox, has been used before: nothing was stored.</summary>
    KeyUsed,

    /// <summary>Another run keeps this one from starting: nothing was stored.</summary>
    Refused,
}
