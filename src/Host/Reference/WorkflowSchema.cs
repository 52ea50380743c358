using System.Text.Json;
using System.Text.Json.Nodes;
using Dag.Workflows.Activities;
using Dag.Workflows.Expressions;
using Dag.Workflows.Values;

namespace Dag.Host.Reference;

/// <summary>
/// The JSON schema of workflow definitions, for completion and checks in editors. Draft 7, which they know best. It lets through what it
/// does not know, as the reader does, but wants names in the spelling that the reference has.
/// </summary>
internal static class WorkflowSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 1, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<string, string> Languages = new()
    {
        ["Literal"] = "The value itself.",
        ["Object"] = "A list or an object, as JSON text or as it is.",
        ["Variable"] = "The value of a variable: {\"id\": \"…\", \"name\": \"…\"}.",
        ["Input"] = "What the run was given for an input of the workflow: its name.",
        ["JavaScript"] = "What a JavaScript expression comes to, or what its statements return.",
        ["Json"] = "As Object; what older versions of Elsa wrote.",
    };

    /// <summary>The schema as JSON text.</summary>
    public static string Write(ActivityCatalog catalog)
    {
        var activities = catalog.All.Where(ActivityFamily.IsWritten).OrderBy(a => a.Type, StringComparer.Ordinal).ToList();
        var definitions = new JsonObject
        {
            ["activity"] = Activity(activities),
            ["customProperties"] = SettingsSchema.CustomProperties(),
            ["input"] = Input(),
            ["expression"] = Expression(),
            ["output"] = Output(),
            ["variable"] = Variable(),
            ["parameter"] = Parameter(),
        };
        foreach (var activity in activities)
        {
            definitions[activity.Type] = ActivitySchema.Of(activity, definitions);
        }

        return Workflow(definitions).ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
    }

    private static JsonObject Workflow(JsonObject definitions) => new()
    {
        ["$schema"] = "http://json-schema.org/draft-07/schema#",
        ["title"] = "Workflow",
        ["description"] = "A workflow definition: Elsa 3's JSON. Made from the activity classes by ./dag docs.",
        ["type"] = "object",
        ["required"] = new JsonArray("root"),
        ["properties"] = new JsonObject
        {
            ["$schema"] = Schemas.Text("Where this schema is."),
            ["definitionId"] = Schemas.Text("The workflow's id, which all its versions share. Default: its name."),
            ["id"] = Schemas.Text("The id of this version. Default: made by the service."),
            ["name"] = Schemas.Text("The name for people."),
            ["description"] = Schemas.Text("What it does, for people."),
            ["version"] = Schemas.Described("integer", "The number of this version; counted by the service."),
            ["variables"] = Schemas.ListOf(Schemas.Ref("variable"), "Variables of the whole workflow."),
            ["inputs"] = Schemas.ListOf(Schemas.Ref("parameter"), "What a run can be given."),
            ["outputs"] = Schemas.ListOf(Schemas.Ref("parameter"), "What a run gives, by Elsa.SetOutput."),
            ["outcomes"] = Schemas.ListOf(new JsonObject { ["type"] = "string" }, "The ports that it has where it is used as an activity. Default: Done."),
            ["options"] = SettingsSchema.Options(),
            ["customProperties"] = Schemas.Described("object", "Kept."),
            ["root"] = Schemas.ActivityOrNone("The activity that the workflow consists of, usually an Elsa.Flowchart."),
        },
        ["definitions"] = definitions,
    };

    private static JsonObject Activity(IReadOnlyList<ActivityDescriptor> activities)
    {
        var types = Schemas.Choice(activities.Select(a => (a.Type, a.Description)), "What it does.");
        types["anyOf"]!.AsArray().Add(new JsonObject
        {
            ["type"] = "string",
            ["not"] = new JsonObject { ["pattern"] = @"^(Dag|Elsa)\." },
            ["description"] = "A workflow that is usable as an activity: its name without blanks.",
        });
        var settings = Schemas.Ref("customProperties", "How it is attempted, when it runs, whether it starts runs.");
        settings["type"] = new JsonArray("object", "null");
        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("type", "id"),
            ["properties"] = new JsonObject
            {
                ["type"] = types,
                ["id"] = Schemas.Text("Names it; unique in its container. Connections and scripts name it so."),
                ["name"] = Schemas.Text("The name for people and scripts."),
                ["version"] = Schemas.Described("integer", "The version of its type. Default: the latest."),
                ["customProperties"] = settings,
                ["metadata"] = Schemas.Described("object", "What the designer keeps: place, size, texts."),
            },
            ["allOf"] = new JsonArray([.. activities.Select(a => Schemas.When("type", a.Type, Schemas.Ref(a.Type)))]),
        };
    }

    private static JsonObject Input() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["typeName"] = Schemas.Text("The type, as Elsa names it; kept for Elsa."),
            ["expression"] = Schemas.Ref("expression", "What the value comes from."),
        },
    };

    private static JsonObject Expression()
    {
        var named = new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["id"] = new JsonObject { ["type"] = "string" }, ["name"] = new JsonObject { ["type"] = "string" } } },
                new JsonObject { ["type"] = "string" }),
        };
        JsonObject Value(JsonObject value) => new() { ["properties"] = new JsonObject { ["value"] = value } };
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["type"] = Schemas.Choice(ExpressionCompiler.Languages.Append("Json").Select(l => (l, Languages[l])), "The language of the expression. Default: Literal."),
                ["value"] = new JsonObject { ["description"] = "The value, or the text of the expression." },
            },
            ["allOf"] = new JsonArray(
                Schemas.When("type", "Variable", Value(named)),
                Schemas.When("type", "Input", Value((JsonObject)named.DeepClone())),
                Schemas.When("type", "JavaScript", Value(new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "null") }))),
        };
    }

    private static JsonObject Output() => new()
    {
        ["type"] = new JsonArray("object", "null"),
        ["properties"] = new JsonObject
        {
            ["typeName"] = Schemas.Text("The type, as Elsa names it; kept for Elsa."),
            ["memoryReference"] = new JsonObject
            {
                ["type"] = new JsonArray("object", "null"),
                ["description"] = "The variable that gets it.",
                ["properties"] = new JsonObject { ["id"] = Schemas.Text("The variable's id.") },
            },
        },
    };

    private static JsonObject Variable() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["id"] = Schemas.Text("Names it in inputs and outputs; unique in the workflow."),
            ["name"] = Schemas.Text("The name for people and scripts."),
            ["typeName"] = TypeName(),
            ["isArray"] = Schemas.Flag("Whether it is a list of that type. Default: false."),
            ["value"] = new JsonObject { ["description"] = "What it begins with. Default: nothing." },
            ["storageDriverTypeName"] = Schemas.Text("Where it is kept: Elsa's MemoryStorageDriver only while the run executes; anything else with the run."),
        },
    };

    private static JsonObject Parameter() => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("name"),
        ["properties"] = new JsonObject
        {
            ["name"] = Schemas.Text("The name."),
            ["displayName"] = Schemas.Text("The name for people."),
            ["description"] = Schemas.Text("What it is for."),
            ["type"] = TypeName(),
            ["isArray"] = Schemas.Flag("Whether it is a list of that type. Default: false."),
            ["defaultValue"] = new JsonObject { ["description"] = "What it is when none is given. Default: nothing." },
        },
    };

    private static JsonObject TypeName() => Schemas.Suggestion(TypeAliases.Offered.Select(t => (t.Alias, t.Description)), "The type. Default: Object.");
}
