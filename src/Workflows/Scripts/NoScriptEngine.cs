namespace Dag.Workflows.Scripts;

/// <summary>Stands where no engine for scripts was given.</summary>
internal sealed class NoScriptEngine : IScriptEngine
{
    private const string Message = "JavaScript is not available here.";

    public static NoScriptEngine Instance { get; } = new();

    public ValueTask<ScriptResult> EvaluateAsync(Script script, IScriptScope scope, CancellationToken cancellationToken) =>
        throw new ScriptUnavailableException(Message);

    public ValueTask<string?> FindFaultAsync(Script script, CancellationToken cancellationToken) => throw new ScriptUnavailableException(Message);
}
