using System.Text.Json.Nodes;
using Dag.Workflows.Activities;

namespace Dag.Host.Reference;

/// <summary>The JSON schema of an activity: its inputs, outputs and what it holds.</summary>
internal static class ActivitySchema
{
    /// <summary>The schema of an activity; what it shares with others goes into the definitions.</summary>
    public static JsonObject Of(ActivityDescriptor activity, JsonObject definitions)
    {
        var members = new JsonObject();
        foreach (var input in activity.Inputs)
        {
            members[input.JsonName] = InputSchema.Of(input, definitions);
        }

        foreach (var output in activity.Outputs.Where(o => !members.ContainsKey(o.JsonName)))
        {
            var member = Schemas.Ref("output", output.Description);
            member["defaultSnippets"] = new JsonArray(Schemas.Snippet("into a variable", new JsonObject
            {
                ["typeName"] = output.TypeName,
                ["memoryReference"] = new JsonObject { ["id"] = "$1" },
            }));
            members[output.JsonName] = member;
        }

        AddHeld(members, activity);
        var schema = new JsonObject { ["description"] = activity.Description, ["properties"] = members };
        var required = activity.Inputs.Where(i => i is { Required: true, DefaultValue: null or "" or System.Collections.ICollection { Count: 0 } }).ToList();
        if (required.Count > 0)
        {
            schema["required"] = new JsonArray([.. required.Select(i => JsonValue.Create(i.JsonName))]);
        }

        return schema;
    }

    private static void AddHeld(JsonObject members, ActivityDescriptor activity)
    {
        foreach (var port in activity.EmbeddedPorts)
        {
            members[port] = Schemas.ActivityOrNone("One activity.");
        }

        if (CaseOf(activity) is { } item)
        {
            var cases = activity.Inputs.First(i => i.Editor is UIHints.Switch or UIHints.FlowSwitch or UIHints.HttpStatusCodes);
            members[cases.JsonName] = Schemas.ListOf(item, cases.Description);
        }

        if (activity.Control?.ChildrenMember is { } children)
        {
            members[children] = Schemas.ListOf(Schemas.Ref("activity"), "The activities.");
            members["variables"] = Schemas.ListOf(Schemas.Ref("variable"), "Variables of this container, which the activities in it see.");
        }

        if (activity.Control is Workflows.Flowcharts.FlowchartActivity)
        {
            members["connections"] = Schemas.ListOf(Connection(), "Which activity follows which.");
        }
    }

    private static JsonObject? CaseOf(ActivityDescriptor activity)
    {
        var editor = activity.Inputs.Select(i => i.Editor).FirstOrDefault(e => e is UIHints.Switch or UIHints.FlowSwitch or UIHints.HttpStatusCodes);
        if (editor is null)
        {
            return null;
        }

        var members = new JsonObject();
        if (activity.EmbeddedCases is { } cases)
        {
            members[cases.NameMember] = new JsonObject { ["description"] = "What names it.", ["type"] = new JsonArray("string", "number") };
            members["activity"] = Schemas.ActivityOrNone("The activity to run.");
        }

        if (editor is UIHints.Switch or UIHints.FlowSwitch)
        {
            members["label"] = Schemas.Text("The name of the case.");
            members["condition"] = Schemas.Ref("expression", "Whether it holds: a bare expression, such as {\"type\": \"JavaScript\", \"value\": \"variables.n > 5\"}.");
        }

        return new JsonObject { ["type"] = "object", ["properties"] = members };
    }

    private static JsonObject Connection()
    {
        JsonObject End(string what, bool leaves)
        {
            var members = new JsonObject { ["activity"] = Schemas.Text($"The id of the activity {what}.") };
            members["port"] = Schemas.Text(leaves ? "The outcome that it follows, such as Done or Failed." : "In.");
            return new JsonObject { ["description"] = $"The activity {what}.", ["type"] = new JsonArray("object", "string"), ["properties"] = members };
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("source", "target"),
            ["properties"] = new JsonObject { ["source"] = End("that it leaves", leaves: true), ["target"] = End("that it leads to", leaves: false) },
            ["defaultSnippets"] = new JsonArray(Schemas.Snippet("connection", new JsonObject
            {
                ["source"] = new JsonObject { ["activity"] = "$1", ["port"] = "${2:Done}" },
                ["target"] = new JsonObject { ["activity"] = "$3", ["port"] = "In" },
            })),
        };
    }
}
