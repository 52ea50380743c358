using System.Text.RegularExpressions;
using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Scripts;
using Dag.Workflows.Values;

namespace Dag.Workflows.Composition;

/// <summary>What workflows are as activities.</summary>
internal static partial class WorkflowDescriptors
{
    /// <summary>The activity type of a workflow with this name, as in Elsa: words joined, each with a capital.</summary>
    public static string TypeOf(string workflowName) => GraphScripts.Pascal(workflowName);

    /// <summary>Whether an activity type means a workflow of this name; what older versions of Elsa made of names is known too.</summary>
    public static bool IsTypeOf(string workflowName, string type) =>
        TypeOf(workflowName) == type || FormerWords.Replace(workflowName, m => m.Groups[1].Value.ToUpperInvariant()) == type;

    /// <summary>The descriptor of a version of a workflow.</summary>
    public static ActivityDescriptor Of(WorkflowDefinition definition) => new()
    {
        Type = TypeOf(definition.Name),
        Version = definition.Version,
        Category = definition.Options.ActivityCategory ?? "Workflows",
        DisplayName = definition.Name,
        Description = definition.Description ?? "",
        Kind = ActivityKind.Control,
        Inputs = [.. definition.Inputs.Select(Input)],
        Outputs = [.. definition.Outputs.Select(o => new OutputDescriptor(o.Name, TypeAliases.Resolve(o.TypeName, o.IsArray), "") { JsonName = MemberOf(o.Name) })],
        Outcomes = definition.Outcomes.Count > 0 ? definition.Outcomes : ["Done"],
        IsBrowsable = definition.IsPublished,
        Implementation = typeof(WorkflowAsActivity),
        Control = WorkflowAsActivity.Instance,
    };

    private static InputDescriptor Input(ParameterDefinition input)
    {
        var type = TypeAliases.Resolve(input.TypeName, input.IsArray);
        return new InputDescriptor
        {
            Name = input.Name,
            JsonName = MemberOf(input.Name),
            Type = type,
            Description = "",
            DefaultValue = DefaultOf(input, type),
        };
    }

    private static object? DefaultOf(ParameterDefinition input, Type type)
    {
        try
        {
            return ValueConverter.Convert(ValueConverter.FromJson(input.DefaultValue), type);
        }
        catch (FormatException)
        {
            // A run of the workflow itself is told; here it is as if there were none.
            return null;
        }
    }

    [GeneratedRegex("(?:^|_| +)(.)")]
    private static partial Regex FormerWords { get; }

    // As Elsa writes it: words joined, the first letter small.
    private static string MemberOf(string name)
    {
        var joined = GraphScripts.Pascal(name);
        return joined.Length == 0 ? joined : char.ToLowerInvariant(joined[0]) + joined[1..];
    }
}
