using System.Text.Json.Nodes;
using Dag.Workflows.Activities;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>
/// The room, in pixels, that an activity takes on Studio's canvas. Studio knows it once it has drawn it; before that it is estimated from
/// what 3.8.2 was measured to draw.
/// </summary>
/// <param name="Width">Of the node.</param>
/// <param name="Height">Of the node.</param>
/// <param name="Labels">Of the names of its outcomes, on its right.</param>
internal readonly record struct NodeSize(double Width, double Height, double Labels)
{
    private const double Character = 8;
    private const double SmallCharacter = 6.8;

    /// <summary>A node with a short name, and what is left free beside it.</summary>
    public static readonly NodeSize Usual = new(200, 60, 90);

    /// <summary>Of an activity.</summary>
    /// <param name="activity">Its members must be spelled as Studio spells them.</param>
    /// <param name="descriptor">Its type; null when that is not known.</param>
    public static NodeSize Of(JsonObject activity, ActivityDescriptor? descriptor)
    {
        var title = JsonTree.Text(activity["metadata"], "displayText") ?? JsonTree.Text(activity, "name") ?? "";
        var width = Math.Max(Usual.Width, 92 + Character * Math.Max(title.Length, descriptor?.DisplayName.Length ?? 0));
        if (descriptor is null)
        {
            return Usual with { Width = width };
        }

        // What an activity holds is a row of buttons in its node; the list of a container is not.
        var ports = ActivitySlot.Of(activity, descriptor).Where(s => s.Member is not null).Select(s => s.Port.Length).ToArray();
        var labels = Math.Max(Usual.Labels, 40 + SmallCharacter * descriptor.Outcomes.Select(o => o.Length).DefaultIfEmpty(0).Max());
        return ports.Length == 0
            ? new NodeSize(width, Usual.Height, labels)
            : new NodeSize(Math.Max(width, 10 + ports.Sum(p => 34 + SmallCharacter * p)), 108, labels);
    }
}
