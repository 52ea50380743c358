using System.Text.Json;

namespace Dag.Workflows.Scripts;

/// <summary>What a script can see of its run.</summary>
internal interface IScriptScope
{
    ScriptContext Context { get; }

    /// <summary>Writes what the script is given: values of variables and inputs, the run's id, correlation id and name.</summary>
    void WriteState(Utf8JsonWriter writer, Script script);

    /// <summary>Finds what a script asks for: <c>variable NAME</c>, <c>input NAME</c>, <c>output ACTIVITY NAME</c> or <c>last</c>.</summary>
    object? Find(IReadOnlyList<string> what);
}
