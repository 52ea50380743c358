using System.Globalization;
using System.Text.Json;
using Dag.Workflows.Activities;
using Dag.Workflows.Composition;
using Dag.Workflows.Values;

namespace Dag.Host.ElsaApi.Descriptors;

/// <summary>Activity types in Elsa's shape, made from the classes behind them.</summary>
internal static class ActivityDescriptors
{
    public static ActivityDescriptorItem Of(ActivityDescriptor descriptor)
    {
        var dot = descriptor.Type.LastIndexOf('.');
        return new ActivityDescriptorItem
        {
            TypeName = descriptor.Type,
            Namespace = dot < 0 ? "" : descriptor.Type[..dot],
            Name = descriptor.Type[(dot + 1)..],
            Version = descriptor.Version,
            Category = descriptor.Category,
            DisplayName = descriptor.DisplayName,
            Description = descriptor.Description,
            Kind = descriptor.Kind switch { ActivityKind.Trigger => "Trigger", ActivityKind.Job => "Job", _ => "Action" },
            IsBrowsable = descriptor.IsBrowsable,
            IsContainer = descriptor.Control?.ChildrenMember is not null,
            IsStart = descriptor.Type == "Elsa.Start",
            IsTerminal = descriptor.Control?.IsTerminal == true,
            Ports = [.. descriptor.EmbeddedPorts.Select(EmbeddedPort), .. descriptor.Outcomes.Select(o => new PortItem(o, o, "Flow"))],
            Inputs = [.. descriptor.Inputs.Select((input, order) => Input(input, order, descriptor.Outcomes))],
            Outputs = [.. descriptor.Outputs.Select(Output)],
        };
    }

    /// <summary>A version of a workflow as an activity; Studio makes its members of the construction properties.</summary>
    public static ActivityDescriptorItem Of(UsableWorkflow workflow, IReadOnlyList<UsableWorkflow> all)
    {
        var latest = all.LastOrDefault(w => w.Stored.DefinitionId == workflow.Stored.DefinitionId && w.Stored.IsPublished) ?? workflow;
        var item = Of(workflow.Descriptor);
        return item with
        {
            // Where the workflow itself is, which only somebody who looks at a run opens.
            Ports = [new PortItem(WorkflowAsActivity.Root, WorkflowAsActivity.Root, "Embedded", IsBrowsable: false), .. item.Ports],
            Inputs = [.. item.Inputs.Select(i => i with { IsSynthetic = true })],
            Outputs = [.. item.Outputs.Select(o => o with { IsSynthetic = true })],
            CustomProperties = new Dictionary<string, object>
            {
                ["RootType"] = "WorkflowDefinitionActivity",
                ["WorkflowDefinitionId"] = workflow.Stored.DefinitionId,
                ["WorkflowDefinitionVersionId"] = workflow.Stored.Id,
            },
            ConstructionProperties = new Dictionary<string, object>
            {
                ["WorkflowDefinitionId"] = workflow.Stored.DefinitionId,
                ["WorkflowDefinitionVersionId"] = workflow.Stored.Id,
                ["Version"] = workflow.Stored.Version,
                ["LatestAvailablePublishedVersion"] = latest.Stored.Version,
                ["LatestAvailablePublishedVersionId"] = latest.Stored.Id,
            },
        };
    }

    private static PortItem EmbeddedPort(string member)
    {
        var name = char.ToUpperInvariant(member[0]) + member[1..];
        return new PortItem(name, name, "Embedded");
    }

    private static InputItem Input(InputDescriptor input, int order, IReadOnlyList<string> outcomes) => new()
    {
        Name = input.Name,
        TypeName = input.TypeName,
        DisplayName = Words(input.Name),
        // Studio marks no input as required.
        Description = input.Required && Shown(input.DefaultValue) is null ? $"Required. {input.Description}" : input.Description,
        Order = order,
        IsWrapped = input.Wrapped,
        UIHint = input.Editor,
        Category = input.Category,
        DefaultValue = Shown(input.Suggested ?? input.DefaultValue),
        DefaultSyntax = input.Editor is UIHints.Dictionary || UIHints.IsList(input.Editor) ? "Object" : "Literal",
        IsSensitive = input.Sensitive,
        UISpecifications = UISpecifications.Of(input, outcomes),
    };

    private static OutputItem Output(OutputDescriptor output, int order) => new()
    {
        Name = output.Name,
        TypeName = output.TypeName,
        DisplayName = Words(output.Name),
        Description = output.Description,
        Order = order,
    };

    // Lists and objects as the JSON text that their editors hold; what is empty is no default.
    private static object? Shown(object? value) => value switch
    {
        null or "" => null,
        // An input that must be given has no default, though its type has.
        DateTimeOffset time when time == default => null,
        string or bool or int or long or double or decimal => value,
        Enum name => name.ToString(),
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        System.Collections.ICollection { Count: 0 } => null,
        _ => ValueCodec.ToPlainJson(value) is var json && json is not ("[]" or "{}") ? json.Trim('"') : null,
    };

    private static string Words(string name)
    {
        var words = JsonNamingPolicy.SnakeCaseLower.ConvertName(name).Replace('_', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }
}
