using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dag.Host.Tests.ElsaApi;

/// <summary>What Studio makes of a definition that it saves untouched: members that its classes have, the values of variables as texts, connections rebuilt.</summary>
internal static class StudioModel
{
    private static readonly string[] Members =
    [
        "id", "definitionId", "name", "description", "toolVersion", "variables", "inputs", "outputs", "outcomes", "customProperties", "isReadonly",
        "options", "root", "createdAt", "version", "isLatest", "isPublished",
    ];

    public static JsonObject Of(JsonObject definition)
    {
        var model = Only(definition, Members);
        model["links"] = null;
        model["variables"] = new JsonArray([.. definition["variables"]!.AsArray().Select(v => Variable(v!.AsObject()))]);
        model["inputs"] = new JsonArray([.. definition["inputs"]!.AsArray().Select(i => Only(i!.AsObject(), "type", "isArray", "name", "displayName", "description", "category", "uiHint", "storageDriverType"))]);
        model["outputs"] = new JsonArray([.. definition["outputs"]!.AsArray().Select(i => Only(i!.AsObject(), "type", "isArray", "name", "displayName", "description", "category"))]);
        model["options"] = Only(
            definition["options"]!.AsObject(), "activationStrategyType", "usableAsActivity", "autoUpdateConsumingWorkflows", "activityCategory", "incidentStrategyType", "commitStrategyName");
        Rebuild(model["root"]!);
        return model;
    }

    private static JsonObject Variable(JsonObject variable)
    {
        var model = Only(variable, "id", "name", "typeName", "isArray", "value", "storageDriverTypeName");
        model["value"] = variable["value"] switch
        {
            null => null,
            { } value when value.GetValueKind() == JsonValueKind.String => value.DeepClone(),
            { } value when value.GetValueKind() is JsonValueKind.True => "True",
            { } value when value.GetValueKind() is JsonValueKind.False => "False",
            { } value => value.ToJsonString(),
        };
        return model;
    }

    // The diagram knows no more of a connection than this.
    private static void Rebuild(JsonNode? node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Rebuild(item);
            }
        }
        else if (node is JsonObject o)
        {
            if (o["type"]?.ToString() == "Elsa.Flowchart" && o["connections"] is JsonArray connections)
            {
                o["connections"] = new JsonArray([.. connections.Select(c => new JsonObject
                {
                    ["source"] = Only(c!["source"]!.AsObject(), "activity", "port"),
                    ["target"] = Only(c["target"]!.AsObject(), "activity", "port"),
                    ["vertices"] = c["vertices"]?.DeepClone(),
                })]);
            }

            foreach (var (_, member) in o)
            {
                Rebuild(member);
            }
        }
    }

    private static JsonObject Only(JsonObject o, params string[] names) =>
        new(names.Where(o.ContainsKey).Select(n => KeyValuePair.Create(n, o[n]?.DeepClone())));
}
