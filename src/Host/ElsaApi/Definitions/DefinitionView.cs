using System.Text.Json.Nodes;
using Dag.Host.ElsaApi.Descriptors;
using Dag.Workflows.Catalog;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>Makes of a stored definition the document that Studio reads: complete, in its spelling, with what it may do.</summary>
internal sealed class DefinitionView(ActivityTypeSource types)
{
    /// <summary>Where the revision travels: Studio sends custom properties back as it got them.</summary>
    public const string RevisionProperty = "Dag.Revision";

    /// <summary>The id under which the engine knows the workflow itself.</summary>
    public const string WorkflowNodeId = "Workflow1";

    // Studio's own, and what it sends.
    private const string ToolVersion = "3.8.2.0";

    private static readonly string[] Members =
        ["name", "description", "toolVersion", "options", "variables", "inputs", "outputs", "outcomes", "customProperties", "root", "isReadonly"];

    private static readonly string[] OptionMembers =
        ["activationStrategyType", "usableAsActivity", "autoUpdateConsumingWorkflows", "activityCategory", "incidentStrategyType", "commitStrategyName"];

    /// <summary>The document.</summary>
    public async Task<JsonObject> OfAsync(StoredDefinition stored, CancellationToken cancellationToken) => Of(stored, await types.GetAsync(cancellationToken));

    /// <summary>The document, with the activity types of a moment.</summary>
    public static JsonObject Of(StoredDefinition stored, ActivityTypes types)
    {
        var document = JsonTree.ReadObject(stored.Json);
        JsonTree.Respell(document, Members);
        document["id"] = stored.Id;
        document["definitionId"] = stored.DefinitionId;
        document["name"] = stored.Name;
        document["description"] = stored.Description;
        document["version"] = stored.Version;
        document["isLatest"] = stored.IsLatest;
        document["isPublished"] = stored.IsPublished;
        document["createdAt"] = stored.CreatedAt;
        document["toolVersion"] = Version.TryParse(JsonTree.Text(document, "toolVersion"), out var version) ? version.ToString() : ToolVersion;
        document["isReadonly"] = JsonTree.IsTrue(document["isReadonly"]);
        document["materializerName"] = "Json";
        document["providerName"] = null;
        ShowOptions(document);
        ShowVariables(JsonTree.ListIn(document, "variables"));
        ShowParameters(JsonTree.ListIn(document, "inputs"), hasHint: true);
        ShowParameters(JsonTree.ListIn(document, "outputs"), hasHint: false);
        JsonTree.ListIn(document, "outcomes");
        JsonTree.ObjectIn(document, "customProperties")[RevisionProperty] = stored.Revision;
        document["root"] = new ActivityView(types).Show(RootOf(document), WorkflowNodeId);
        document["links"] = LinksOf(stored);
        return document;
    }

    /// <summary>What may be done with a definition; without "publish" Studio only shows it.</summary>
    public static IReadOnlyList<ElsaLink> Links(string definitionId) =>
        [new ElsaLink($"/workflow-definitions/{Uri.EscapeDataString(definitionId)}/publish", "publish", "POST")];

    private static JsonArray LinksOf(StoredDefinition stored) =>
        [.. Links(stored.DefinitionId).Select(l => new JsonObject { ["href"] = l.Href, ["rel"] = l.Rel, ["method"] = l.Method })];

    private static JsonObject RootOf(JsonObject document)
    {
        if (document["root"] is JsonObject root)
        {
            document.Remove("root");
            return root;
        }

        return new JsonObject { ["id"] = "Flowchart1", ["name"] = "Flowchart1", ["type"] = "Elsa.Flowchart" };
    }

    private static void ShowOptions(JsonObject document)
    {
        var options = JsonTree.ObjectIn(document, "options");
        JsonTree.Respell(options, OptionMembers);
        foreach (var flag in (string[])["usableAsActivity", "autoUpdateConsumingWorkflows"])
        {
            options[flag] = JsonTree.IsTrue(options[flag]);
        }

        // Older exports have it beside the options.
        if (document.FirstOrDefault(m => m.Key.Equals("usableAsActivity", StringComparison.OrdinalIgnoreCase)) is { Value: { } usable } && JsonTree.IsTrue(usable))
        {
            options["usableAsActivity"] = true;
        }

        foreach (var text in OptionMembers.Where(o => !options.ContainsKey(o)))
        {
            options[text] = null;
        }
    }

    private static void ShowVariables(JsonArray variables)
    {
        var number = 0;
        foreach (var variable in variables.OfType<JsonObject>())
        {
            number++;
            JsonTree.Respell(variable, ["id", "name", "typeName", "isArray", "value", "storageDriverTypeName"]);
            variable["name"] = JsonTree.Text(variable, "name") is { Length: > 0 } name ? name : $"Variable{number}";
            variable["id"] = JsonTree.Text(variable, "id") is { Length: > 0 } id ? id : variable["name"]!.DeepClone();
            variable["typeName"] = JsonTree.Text(variable, "typeName") ?? "Object";
            variable["isArray"] = JsonTree.IsTrue(variable["isArray"]);
            variable.TryAdd("value", null);
        }
    }

    private static void ShowParameters(JsonArray parameters, bool hasHint)
    {
        foreach (var parameter in parameters.OfType<JsonObject>())
        {
            JsonTree.Respell(parameter, ["type", "typeName", "name", "displayName", "description", "category", "isArray", "uiHint", "storageDriverType"]);
            parameter["type"] = JsonTree.Text(parameter, "type") ?? JsonTree.Text(parameter, "typeName") ?? "Object";
            parameter["displayName"] = JsonTree.Text(parameter, "displayName") ?? JsonTree.Text(parameter, "name") ?? "";
            parameter["description"] = JsonTree.Text(parameter, "description") ?? "";
            parameter["category"] = JsonTree.Text(parameter, "category") ?? "";
            parameter["isArray"] = JsonTree.IsTrue(parameter["isArray"]);
            if (hasHint)
            {
                parameter["uiHint"] = JsonTree.Text(parameter, "uiHint") ?? "singleline";
            }
        }
    }
}
