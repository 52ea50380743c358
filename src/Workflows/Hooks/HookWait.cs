namespace Dag.Workflows.Hooks;

/// <summary>A run that waits for a request.</summary>
/// <param name="RunId">The run.</param>
/// <param name="ExecutionId">The execution of the endpoint in it.</param>
internal sealed record HookWait(string RunId, long ExecutionId);
