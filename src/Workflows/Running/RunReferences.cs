using System.Text.Json.Nodes;

namespace Dag.Workflows.Running;

/// <summary>The hashes of all that is stored apart from a history and that the history refers to: definitions and large values.</summary>
internal static class RunReferences
{
    public static IReadOnlySet<string> In(JsonNode? history)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var left = new Stack<JsonNode?>([history]);
        while (left.TryPop(out var node))
        {
            switch (node)
            {
                case JsonArray items:
                    foreach (var item in items)
                    {
                        left.Push(item);
                    }

                    break;
                case JsonObject o:
                    AddOwn(o, found);
                    foreach (var (_, member) in o)
                    {
                        left.Push(member);
                    }

                    break;
            }
        }

        return found;
    }

    // A value's own members cannot look like this: those that begin with a dollar sign are written with two.
    private static void AddOwn(JsonObject o, HashSet<string> found)
    {
        if (Text(o, "$") == "blob" && Text(o, "v") is { } value)
        {
            found.Add(value);
        }
        else if (Text(o, "t") == "run" && Text(o, "hash") is { } definition)
        {
            found.Add(definition);
            foreach (var use in (o["uses"] as JsonArray ?? []).OfType<JsonObject>())
            {
                if (Text(use, "hash") is { } used)
                {
                    found.Add(used);
                }
            }
        }
    }

    private static string? Text(JsonObject o, string name) => o[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
