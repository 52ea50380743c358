namespace Dag.Workflows.Scripts;

/// <summary>Evaluates scripts: variables go in, changes come out, and nothing that a script does reaches anything else.</summary>
internal interface IScriptEngine
{
    /// <summary>Evaluates a script in a scope.</summary>
    /// <exception cref="ScriptException">It failed, or was stopped; the message says why.</exception>
    ValueTask<ScriptResult> EvaluateAsync(Script script, IScriptScope scope, CancellationToken cancellationToken);

    /// <summary>Compiles a script without evaluating it; what is wrong with it, or null.</summary>
    /// <exception cref="ScriptUnavailableException">Scripts cannot be evaluated on this machine.</exception>
    ValueTask<string?> FindFaultAsync(Script script, CancellationToken cancellationToken);
}

/// <summary>A script that failed or was stopped.</summary>
internal class ScriptException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>Scripts cannot be evaluated on this machine; the message says what to install.</summary>
internal sealed class ScriptUnavailableException(string message, Exception? innerException = null) : ScriptException(message, innerException);

/// <summary>What an evaluation gave. A script that fails gives nothing and changes nothing.</summary>
internal sealed record ScriptResult
{
    public object? Value { get; init; }

    /// <summary>Variables that were set, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Variables { get; init; } = [];

    /// <summary>The run's new correlation id; null when it was not set.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The run's new name; null when it was not set.</summary>
    public string? Name { get; init; }

    /// <summary>Outcomes that were set; null when none were.</summary>
    public IReadOnlyList<string>? Outcomes { get; init; }
}
