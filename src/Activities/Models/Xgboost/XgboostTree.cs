using System.Text.Json;

namespace Dag.Activities.Models;

/// <summary>One regression tree of XGBoost.</summary>
internal sealed class XgboostTree
{
    private readonly Node[] _nodes;

    private XgboostTree(Node[] nodes) => _nodes = nodes;

    public static XgboostTree FromJson(JsonElement tree)
    {
        var left = Integers(tree, "left_children");
        var right = Integers(tree, "right_children");
        var features = Integers(tree, "split_indices");
        var conditions = tree.GetProperty("split_conditions").EnumerateArray().Select(v => v.GetSingle()).ToArray();
        var defaultLeft = tree.GetProperty("default_left").EnumerateArray().Select(IsTrue).ToArray();
        var nodes = new Node[left.Length];
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i] = new Node(left[i], right[i], features[i], conditions[i], defaultLeft[i]);
        }

        return new XgboostTree(nodes);
    }

    /// <summary>The value of the leaf to which a row leads.</summary>
    public float Leaf(ReadOnlySpan<float> row)
    {
        ref readonly var node = ref _nodes[0];
        while (node.Left >= 0)
        {
            var value = row[node.Feature];
            var left = float.IsNaN(value) ? node.DefaultLeft : value < node.Condition;
            node = ref _nodes[left ? node.Left : node.Right];
        }

        // A leaf keeps its value where an inner node keeps its condition.
        return node.Condition;
    }

    private static int[] Integers(JsonElement tree, string name) =>
        [.. tree.GetProperty(name).EnumerateArray().Select(v => v.GetInt32())];

    // Versions before 1.6 write booleans, later ones 0 and 1.
    private static bool IsTrue(JsonElement value) =>
        value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.Number && value.GetInt32() != 0);

    private readonly record struct Node(int Left, int Right, int Feature, float Condition, bool DefaultLeft);
}
