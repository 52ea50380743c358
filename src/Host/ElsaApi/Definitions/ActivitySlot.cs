using System.Text.Json.Nodes;
using Dag.Workflows.Activities;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>A place in an activity's JSON that holds another activity.</summary>
/// <param name="Holder">The object or list that holds it.</param>
/// <param name="Member">The object's member; null in a list.</param>
/// <param name="Index">The list's position.</param>
/// <param name="Port">The name that people see: a member, or the label of a switch's case.</param>
internal readonly record struct ActivitySlot(JsonNode Holder, string? Member, int Index, string Port)
{
    /// <summary>The activity; null when the place is empty.</summary>
    public JsonObject? Activity => (Member is null ? Holder[Index] : Holder[Member]) as JsonObject;

    /// <summary>Puts another activity there.</summary>
    public void Put(JsonObject activity)
    {
        if (Member is null)
        {
            Holder[Index] = activity;
        }
        else
        {
            Holder[Member] = activity;
        }
    }

    /// <summary>The places of an activity, in the order in which the engine numbers what they hold. Its members must be spelled as Studio spells them.</summary>
    public static IEnumerable<ActivitySlot> Of(JsonObject activity, ActivityDescriptor descriptor)
    {
        if (descriptor.Control?.ChildrenMember is { } list && activity[list] is JsonArray children)
        {
            for (var i = 0; i < children.Count; i++)
            {
                yield return new ActivitySlot(children, null, i, list);
            }
        }

        foreach (var port in descriptor.EmbeddedPorts)
        {
            yield return new ActivitySlot(activity, port, -1, port);
        }

        if (descriptor.EmbeddedCases is { } embedded && activity[embedded.Member] is JsonArray cases)
        {
            foreach (var item in cases.OfType<JsonObject>())
            {
                yield return new ActivitySlot(item, "activity", -1, JsonTree.Label(item, embedded.NameMember));
            }
        }
    }
}
