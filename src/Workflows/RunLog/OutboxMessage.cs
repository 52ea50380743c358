namespace Dag.Workflows.RunLog;

/// <summary>Something that is to happen outside a run after the commit that decided it, exactly once.</summary>
/// <param name="ExecutionId">The execution that decided it; null when none did.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Payload">With which details.</param>
internal sealed record OutboxMessage(long? ExecutionId, string Kind, byte[] Payload);

/// <summary>A message that is stored: it stays until its effect is.</summary>
internal sealed record StoredOutboxMessage(long Id, string? RunId, long? ExecutionId, string Kind, byte[] Payload);
