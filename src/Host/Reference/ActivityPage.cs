using System.Text;
using System.Text.Json;
using Dag.Workflows.Activities;

namespace Dag.Host.Reference;

/// <summary>The page of a family of activities.</summary>
internal static class ActivityPage
{
    /// <summary>The page as Markdown.</summary>
    public static string Write(ActivityFamily family)
    {
        var page = new StringBuilder($"# {family.Name}\n\n[All activities](README.md) · [what they have in common](../workflow-json.md)\n");
        foreach (var activity in family.Activities)
        {
            Write(page, activity);
        }

        if (family.Example is { } example)
        {
            page.Append($"\n## Example\n\n[`examples/{family.ExampleFileName}`](examples/{family.ExampleFileName})\n\n```json\n{example}\n```\n");
        }

        return page.ToString();
    }

    private static void Write(StringBuilder page, ActivityDescriptor activity)
    {
        page.Append($"\n## {activity.Type}\n\n{Markdown.Escape(activity.Description)}\n\n");
        page.Append($"*{activity.DisplayName}* in the designer. {KindOf(activity)} {PortsOf(activity)}\n");
        if (activity.Inputs.Count > 0)
        {
            page.Append("\n| input | type | default | what it is |\n|---|---|---|---|\n");
            foreach (var input in activity.Inputs)
            {
                page.Append($"| `{input.JsonName}` | {ValueWords.TypeOf(input)} | {DefaultOf(input)} | {Markdown.Escape(input.Description)}{NoteOf(input)} |\n");
            }
        }

        if (activity.Outputs.Count > 0)
        {
            page.Append("\n| output | type | what it holds |\n|---|---|---|\n");
            foreach (var output in activity.Outputs)
            {
                page.Append($"| `{output.JsonName}` | {ValueWords.TypeOf(output.Type)} | {Markdown.Escape(output.Description)} |\n");
            }
        }
    }

    private static string KindOf(ActivityDescriptor activity) => activity.Kind switch
    {
        ActivityKind.Job => "Work, with [attempts, retries and a timeout](../workflow-json.md#custom-properties).",
        ActivityKind.Trigger => "Trigger: starts runs if [`canStartWorkflow`](../workflow-json.md#custom-properties) is set.",
        _ => "Control.",
    };

    private static string PortsOf(ActivityDescriptor activity)
    {
        var ports = new List<string>();
        if (activity.Control?.ChildrenMember is { } children)
        {
            ports.Add($"Holds a list of activities in `{children}`.");
        }

        if (activity.EmbeddedPorts.Count > 0 || activity.EmbeddedCases is not null)
        {
            IEnumerable<string> cases = activity.EmbeddedCases is { } list ? [$"each of `{list.Member}`"] : [];
            ports.Add($"Holds an activity in {Markdown.List([.. cases, .. activity.EmbeddedPorts.Select(p => $"`{p}`")], "and")}.");
        }

        var named = activity.Inputs.FirstOrDefault(i => i.Editor is UIHints.DynamicOutcomes or UIHints.FlowSwitch || i is { Name: "ExpectedStatusCodes", Wrapped: true });
        var outcomes = Markdown.List([.. activity.Outcomes.Select(o => $"`{o}`")], "or");
        ports.Add((outcomes, named) switch
        {
            (_, null) => $"Leaves by {outcomes}.",
            ("", _) => $"Leaves by what `{named.JsonName}` names.",
            _ => $"Leaves by {outcomes}, or by what `{named.JsonName}` names.",
        });
        return string.Join(' ', ports);
    }

    private static string DefaultOf(InputDescriptor input) => input.DefaultValue switch
    {
        null or "" or System.Collections.ICollection { Count: 0 } => input.Required ? "**required**" : "",
        System.Net.HttpStatusCode code => Markdown.Code($"{(int)code}"),
        bool or Enum or TimeSpan or string => Markdown.Code(ValueWords.Text(input.DefaultValue)),
        _ => Markdown.Code(JsonSerializer.Serialize(input.DefaultValue)),
    };

    private static string NoteOf(InputDescriptor input) =>
        input.Sensitive ? " *Secret: write `secret:NAME`.*"
        : input.AutoEvaluate || !input.Wrapped ? ""
        : " *Evaluated each time that it is needed.*";
}
