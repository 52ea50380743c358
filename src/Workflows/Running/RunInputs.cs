using Dag.Workflows.Definitions;
using Dag.Workflows.Values;

namespace Dag.Workflows.Running;

/// <summary>Gives a run its inputs: what was passed, of the declared types, and defaults for the rest.</summary>
internal static class RunInputs
{
    /// <exception cref="DefinitionException">A value cannot be read as its input's type.</exception>
    public static Dictionary<string, object?> Bind(WorkflowDefinition definition, IReadOnlyDictionary<string, object?> given)
    {
        var input = new Dictionary<string, object?>(given, StringComparer.OrdinalIgnoreCase);
        var faults = new List<DefinitionFault>();
        foreach (var declared in definition.Inputs)
        {
            var value = input.TryGetValue(declared.Name, out var passed) ? passed : ValueConverter.FromJson(declared.DefaultValue);
            if (value is null)
            {
                continue;
            }

            try
            {
                input[declared.Name] = ValueConverter.Convert(value, TypeAliases.Resolve(declared.TypeName, declared.IsArray));
            }
            catch (FormatException e)
            {
                faults.Add(new DefinitionFault($"input '{declared.Name}'", e.Message, "Pass a value of that type."));
            }
        }

        return faults.Count == 0 ? input : throw new DefinitionException(faults);
    }
}
