using System.Collections;

namespace Dag.Workflows.AttemptLogs;

/// <summary>What every message names that is logged while a run is decided, or while one of its attempts is executed.</summary>
internal sealed class LogScope : IReadOnlyList<KeyValuePair<string, object>>
{
    private readonly KeyValuePair<string, object>[] _values;

    /// <summary>The scope of a run.</summary>
    public LogScope(string workflow, string runId) => _values = [new("Workflow", workflow), new("RunId", runId)];

    /// <summary>The scope of an attempt.</summary>
    public LogScope(string workflow, string runId, string activityId, long execution, int attempt) => _values =
    [
        new("Workflow", workflow),
        new("RunId", runId),
        new("ActivityId", activityId),
        new("ExecutionId", execution),
        new("Attempt", attempt),
    ];

    /// <summary>The attempt's own log; null for the scope of a run, and where none is kept.</summary>
    public AttemptLog? Log { get; init; }

    public int Count => _values.Length;

    public KeyValuePair<string, object> this[int index] => _values[index];

    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object>>)_values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _values.GetEnumerator();

    public override string ToString() => string.Join(", ", _values.Select(v => $"{v.Key}: {v.Value}"));
}
