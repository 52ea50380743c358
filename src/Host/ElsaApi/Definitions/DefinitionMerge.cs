using System.Text.Json;
using System.Text.Json.Nodes;
using Dag.Host.ElsaApi.Descriptors;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>
/// Makes of what an editor sends the document that is stored. Editors know only some members and rewrite some values, so what they
/// could not know or have not changed is taken from the version that they began with.
/// </summary>
internal sealed class DefinitionMerge(ActivityTypes types)
{
    // The server's own, or what lives beside the document.
    private static readonly string[] NotKept = ["$schema", "links", "materializerName", "providerName", "materializerContext", "createdAt", "isSystem"];

    // What is read here by name; older exports spell the names otherwise.
    private static readonly string[] Members = ["id", "description", "version", "variables", "inputs", "outputs", "outcomes", "options", "customProperties", "root"];

    /// <summary>The document.</summary>
    /// <param name="sent">What the editor sent; it is changed.</param>
    /// <param name="before">The document that is stored; null when there is none. It is changed.</param>
    public JsonObject Merge(JsonObject sent, JsonObject? before)
    {
        JsonTree.Respell(sent, Members.Concat(NotKept));
        foreach (var member in NotKept)
        {
            sent.Remove(member);
        }

        foreach (var list in (string[])["variables", "inputs", "outputs", "outcomes"])
        {
            JsonTree.ListIn(sent, list);
        }

        JsonTree.ObjectIn(sent, "options");
        JsonTree.ObjectIn(sent, "customProperties").Remove(DefinitionView.RevisionProperty);
        if (sent["root"] is JsonObject root)
        {
            sent["root"] = null;
            sent["root"] = Restore(root);
        }

        if (before is null)
        {
            return sent;
        }

        JsonTree.Respell(before, sent.Select(m => m.Key).Append("root"));
        KeepUnknown(sent, before);
        foreach (var part in (string[])["options"])
        {
            if (before[part] is JsonObject stored)
            {
                KeepUnknown((JsonObject)sent[part]!, stored);
            }
        }

        KeepItems(sent, before, "variables", "id", KeepVariable);
        KeepItems(sent, before, "inputs", "name", KeepUnknown);
        KeepItems(sent, before, "outputs", "name", KeepUnknown);
        if (sent["root"] is JsonObject now && before["root"] is JsonObject then)
        {
            KeepActivities(now, then);
        }

        return sent;
    }

    // The activities behind the stand-ins for unknown types.
    private JsonObject Restore(JsonObject activity)
    {
        if (NotFoundActivity.OriginalOf(activity) is { } original)
        {
            return original;
        }

        if (types.Of(activity) is { } descriptor)
        {
            foreach (var slot in ActivitySlot.Of(activity, descriptor).Where(s => s.Activity is not null).ToArray())
            {
                var restored = Restore(slot.Activity!);
                if (restored != slot.Activity)
                {
                    slot.Put(restored);
                }
            }
        }

        return activity;
    }

    private static void KeepItems(JsonObject sent, JsonObject before, string list, string key, Action<JsonObject, JsonObject> keep)
    {
        foreach (var item in JsonTree.ListIn(sent, list).OfType<JsonObject>())
        {
            if (JsonTree.Text(item, key) is { } id
                && JsonTree.ListIn(before, list).OfType<JsonObject>().FirstOrDefault(i => JsonTree.Text(i, key) == id) is { } stored)
            {
                keep(item, stored);
            }
        }
    }

    // Studio sends the value of every variable as text.
    private static void KeepVariable(JsonObject sent, JsonObject stored)
    {
        if (JsonTree.Text(sent, "value") is { } text && stored["value"] is { } value && value.GetValueKind() != JsonValueKind.String
            && text.Equals(value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? value.ToJsonString() : JsonTree.ToText(value), StringComparison.OrdinalIgnoreCase))
        {
            sent["value"] = value.DeepClone();
        }

        KeepUnknown(sent, stored);
    }

    private static void KeepUnknown(JsonObject sent, JsonObject stored)
    {
        foreach (var (name, value) in stored)
        {
            if (!sent.ContainsKey(name))
            {
                sent[name] = value?.DeepClone();
            }
        }
    }

    private void KeepActivities(JsonObject now, JsonObject then)
    {
        if (JsonTree.Text(now, "type") is not { } type || type != JsonTree.Text(then, "type") || types.Of(now) is not { } descriptor)
        {
            return;
        }

        // A version that is not known runs as the latest, and Studio was shown that one.
        if (then["version"] is { } version && JsonTree.Number(now, "version") == types.Of(then)?.Version)
        {
            now["version"] = version.DeepClone();
        }

        // What its author has taken away must stay away; what no editor shows must not get lost.
        var shown = descriptor.Inputs.Where(i => HasValue(then[i.JsonName])).Select(i => i.JsonName)
            .Concat(descriptor.Outputs.Select(o => o.JsonName)).Concat(descriptor.EmbeddedPorts).ToHashSet();
        foreach (var (name, value) in then.Where(m => !now.ContainsKey(m.Key) && !shown.Contains(m.Key)))
        {
            now[name] = value?.DeepClone();
        }

        // As it was written, which is not always as an editor must be shown it.
        foreach (var input in descriptor.Inputs.Where(i => i.Wrapped))
        {
            if (now[input.JsonName] is { } sent && then[input.JsonName] is { } written && ActivityView.IsUntouched(input, sent, written))
            {
                now[input.JsonName] = written.DeepClone();
            }
        }

        if (type == "Elsa.Flowchart")
        {
            KeepConnections(now, then);
        }

        // However its author spelled the list.
        if (descriptor.Control?.ChildrenMember is { } children)
        {
            JsonTree.ListIn(then, children);
        }

        var stored = ActivitySlot.Of(then, descriptor).Where(s => s.Activity is not null).ToLookup(s => (s.Port, JsonTree.Text(s.Activity, "id")));
        foreach (var slot in ActivitySlot.Of(now, descriptor).Where(s => s.Activity is not null))
        {
            if (stored[(slot.Port, JsonTree.Text(slot.Activity, "id"))].Select(s => s.Activity).FirstOrDefault() is { } same)
            {
                KeepActivities(slot.Activity!, same);
            }
        }
    }

    private static bool HasValue(JsonNode? input) => input is not JsonObject wrapped || wrapped["expression"] is JsonObject;

    private static void KeepConnections(JsonObject now, JsonObject then)
    {
        if (now["connections"] is not JsonArray connections || then["connections"] is not JsonArray stored)
        {
            return;
        }

        var former = stored.OfType<JsonObject>().ToLookup(c => (FlowchartView.EndsOf(c).Source, FlowchartView.EndsOf(c).Port ?? "Done", FlowchartView.EndsOf(c).Target));
        foreach (var connection in connections.OfType<JsonObject>())
        {
            var (source, port, target) = FlowchartView.EndsOf(connection);
            if (former[(source, port ?? "Done", target)].FirstOrDefault() is not { } same)
            {
                continue;
            }

            KeepUnknown(connection, same);
            if (FlowchartView.EndsOf(same).Port is null && port is "Done" && connection["source"] is JsonObject from)
            {
                from["port"] = null;
            }
        }
    }
}
