using System.Text.Json;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Scripts;

/// <summary>What the scripts of a burst see, one after the other: the state with what the step has decided and not yet booked.</summary>
internal sealed class ScriptScope(Step step) : IScriptScope
{
    private readonly List<ScriptVariable> _variables = [];

    public ScriptContext Context { get; private set; } = null!;

    /// <summary>Looks at what the script sees where the step's execution is.</summary>
    public void Enter(Script script, bool withOutcomes)
    {
        _variables.Clear();
        for (var scope = step.Execution; scope is not null; scope = scope.Parent)
        {
            foreach (var slot in scope.Variables)
            {
                Add(new ScriptVariable(slot.Name, scope, slot.Id, slot.Value));
            }

            foreach (var write in step.PendingWrites)
            {
                if (write.Scope == scope.Id)
                {
                    Replace(new ScriptVariable(write.Name, scope, write.Id, write.Value));
                }
            }
        }

        Context = step.State.Graph.Scripts!.ContextFor(script, _variables, inputAccessors: step.Node.Owner is null, withOutcomes);
    }

    /// <summary>A variable by name, as the script sees it.</summary>
    public ScriptVariable? FindVariable(string name)
    {
        foreach (var variable in _variables)
        {
            if (variable.Name == name)
            {
                return variable;
            }
        }

        return null;
    }

    public void WriteState(Utf8JsonWriter writer, Script script)
    {
        writer.WriteStartArray();
        writer.WriteStartArray();
        foreach (var variable in _variables)
        {
            Write(writer, variable.Value, script.Mentions(variable.Name));
        }

        writer.WriteEndArray();
        writer.WriteStartArray();
        foreach (var input in Context.Inputs)
        {
            Write(writer, step.State.FindInput(input), script.Mentions(input));
        }

        writer.WriteEndArray();
        writer.WriteStringValue(step.State.RunId);
        writer.WriteStringValue(step.CorrelationId);
        writer.WriteStringValue(step.Name);
        if (step.Arguments.Count > 0)
        {
            ScriptValues.Write(writer, step.Arguments);
        }

        writer.WriteEndArray();
    }

    public object? Find(IReadOnlyList<string> what) => what switch
    {
        ["variable", var name] => FindVariable(name)?.Value,
        ["input", var name] => step.State.FindInput(name),
        ["output", var activity, var output] => step.FindOutput(activity, output),
        ["last"] => step.LastResult,
        _ => null,
    };

    // Small values go along even when it is not sure that they are needed.
    private static void Write(Utf8JsonWriter writer, object? value, bool mentioned)
    {
        if (mentioned || value is null or bool or int or double)
        {
            ScriptValues.Write(writer, value);
        }
        else
        {
            writer.WriteStartObject();
            writer.WriteString("$", "lazy");
            writer.WriteEndObject();
        }
    }

    // Inner scopes hide outer ones of the same name.
    private void Add(ScriptVariable variable)
    {
        foreach (var known in _variables)
        {
            if (known.Name == variable.Name)
            {
                return;
            }
        }

        _variables.Add(variable);
    }

    private void Replace(ScriptVariable variable)
    {
        for (var i = 0; i < _variables.Count; i++)
        {
            if (_variables[i].Name == variable.Name)
            {
                if (_variables[i].Owner == variable.Owner)
                {
                    _variables[i] = variable;
                }

                return;
            }
        }

        _variables.Add(variable);
    }
}
