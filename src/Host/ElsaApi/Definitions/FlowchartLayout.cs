using System.Text.Json.Nodes;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>
/// Places the activities of a flowchart that have no place yet: in layers from left to right, each after all that lead to it, and never
/// over another. Those that have a place keep it, and get their size if that is not known: Studio's own layout goes by it.
/// </summary>
internal static class FlowchartLayout
{
    private const double RowGap = 45;
    private const double Margin = 40;

    /// <param name="activities">The activities, which are changed.</param>
    /// <param name="connections">What leads from one to another.</param>
    /// <param name="sizes">The room that each activity takes.</param>
    public static void Place(IReadOnlyList<JsonObject> activities, IReadOnlyList<JsonObject> connections, IReadOnlyList<NodeSize> sizes)
    {
        var boxes = activities.Zip(sizes, Box.Of).ToArray();
        foreach (var (activity, box) in activities.Zip(boxes).Where(p => p.Second.IsPlaced && SizeOf(p.First) is null))
        {
            Write(activity, box);
        }

        if (Array.TrueForAll(boxes, b => b.IsPlaced))
        {
            return;
        }

        var order = Order(activities, connections, sizes);
        foreach (var layer in order)
        {
            foreach (var (index, x, y) in layer)
            {
                if (!boxes[index].IsPlaced)
                {
                    boxes[index] = Free(boxes, boxes[index] with { X = x, Y = y, IsPlaced = true }, index);
                    Write(activities[index], boxes[index]);
                }
            }
        }
    }

    // The layers, with where each activity would stand if all were free.
    private static IEnumerable<IReadOnlyList<(int Index, double X, double Y)>> Order(
        IReadOnlyList<JsonObject> activities, IReadOnlyList<JsonObject> connections, IReadOnlyList<NodeSize> sizes)
    {
        var (next, previous) = Edges(activities, connections);
        var depths = Depths(next, previous);
        var rows = new double[activities.Count];
        var left = Margin;
        foreach (var layer in Enumerable.Range(0, activities.Count).GroupBy(i => depths[i]).OrderBy(g => g.Key))
        {
            // By the middle of what leads to them, so that lines cross little; a row of its own for each.
            var sorted = layer.OrderBy(i => Middle(previous[i].Where(p => depths[p] < depths[i]), rows)).ThenBy(i => i).ToArray();
            var row = 0.0;
            foreach (var index in sorted)
            {
                rows[index] = Math.Max(row, Math.Floor(Middle(previous[index].Where(p => depths[p] < depths[index]), rows)));
                row = rows[index] + 1;
            }

            var x = left;
            left += sorted.Max(i => sizes[i].Width + sizes[i].Labels);
            yield return [.. sorted.Select(i => (i, x, Margin + rows[i] * (NodeSize.Usual.Height + RowGap)))];
        }
    }

    private static (List<int>[] Next, List<int>[] Previous) Edges(IReadOnlyList<JsonObject> activities, IReadOnlyList<JsonObject> connections)
    {
        var positions = new Dictionary<string, int>();
        for (var i = 0; i < activities.Count; i++)
        {
            positions.TryAdd(JsonTree.Text(activities[i], "id") ?? "", i);
        }

        var next = activities.Select(_ => new List<int>()).ToArray();
        var previous = activities.Select(_ => new List<int>()).ToArray();
        foreach (var connection in connections)
        {
            var (source, _, target) = FlowchartView.EndsOf(connection);
            if (source != target && positions.TryGetValue(source, out var from) && positions.TryGetValue(target, out var to))
            {
                next[from].Add(to);
                previous[to].Add(from);
            }
        }

        return (next, previous);
    }

    // The longest way from a beginning. Connections that lead back are found by walking, without recursion, and do not count.
    private static int[] Depths(List<int>[] next, List<int>[] previous)
    {
        var state = new byte[next.Length];
        var finished = new List<int>(next.Length);
        var back = new HashSet<(int, int)>();
        foreach (var root in Enumerable.Range(0, next.Length).OrderBy(i => previous[i].Count == 0 ? 0 : 1).ThenBy(i => i))
        {
            Walk(root, next, state, finished, back);
        }

        var depths = new int[next.Length];
        for (var i = finished.Count - 1; i >= 0; i--)
        {
            foreach (var target in next[finished[i]].Where(t => !back.Contains((finished[i], t))))
            {
                depths[target] = Math.Max(depths[target], depths[finished[i]] + 1);
            }
        }

        return depths;
    }

    private static void Walk(int root, List<int>[] next, byte[] state, List<int> finished, HashSet<(int, int)> back)
    {
        const byte Open = 1, Done = 2;
        if (state[root] != 0)
        {
            return;
        }

        var path = new Stack<(int Node, int Edge)>([(root, 0)]);
        state[root] = Open;
        while (path.TryPop(out var step))
        {
            if (step.Edge == next[step.Node].Count)
            {
                state[step.Node] = Done;
                finished.Add(step.Node);
                continue;
            }

            path.Push((step.Node, step.Edge + 1));
            var target = next[step.Node][step.Edge];
            if (state[target] == Open)
            {
                back.Add((step.Node, target));
            }
            else if (state[target] == 0)
            {
                state[target] = Open;
                path.Push((target, 0));
            }
        }
    }

    private static double Middle(IEnumerable<int> before, double[] rows) => before.Select(p => rows[p]).DefaultIfEmpty(0).Average();

    // Moves down until it covers none that is placed.
    private static Box Free(Box[] boxes, Box box, int own)
    {
        for (var moved = true; moved;)
        {
            moved = false;
            for (var i = 0; i < boxes.Length; i++)
            {
                if (i != own && boxes[i].IsPlaced && boxes[i].Covers(box))
                {
                    box = box with { Y = boxes[i].Y + boxes[i].Height + RowGap };
                    moved = true;
                }
            }
        }

        return box;
    }

    private static JsonObject? DesignerOf(JsonObject activity) => (activity["metadata"] as JsonObject)?["designer"] as JsonObject;

    private static JsonObject? SizeOf(JsonObject activity) => DesignerOf(activity)?["size"] as JsonObject;

    private static void Write(JsonObject activity, Box box)
    {
        var designer = JsonTree.ObjectIn(JsonTree.ObjectIn(activity, "metadata"), "designer");
        designer["position"] = new JsonObject { ["x"] = box.X, ["y"] = box.Y };
        designer["size"] = new JsonObject { ["width"] = box.Width, ["height"] = box.Height };
    }

    private readonly record struct Box(double X, double Y, double Width, double Height, bool IsPlaced)
    {
        public static Box Of(JsonObject activity, NodeSize usual)
        {
            var (position, size) = (DesignerOf(activity)?["position"], FlowchartLayout.SizeOf(activity));
            return JsonTree.Number(position, "x") is { } x && JsonTree.Number(position, "y") is { } y
                ? new Box(x, y, SizeOf(size, "width", usual.Width), SizeOf(size, "height", usual.Height), true)
                : new Box(0, 0, usual.Width, usual.Height, false);
        }

        public bool Covers(Box other) =>
            X < other.X + other.Width && other.X < X + Width && Y < other.Y + other.Height && other.Y < Y + Height;

        private static double SizeOf(JsonNode? size, string name, double usual) => JsonTree.Number(size, name) is > 0 and var value ? value : usual;
    }
}
