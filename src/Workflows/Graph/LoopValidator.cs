using Dag.Workflows.ControlFlow;
using Dag.Workflows.Definitions;
using Dag.Workflows.Expressions;
using Dag.Workflows.Flowcharts;

namespace Dag.Workflows.Graph;

/// <summary>
/// Finds loops that can only go round for ever, as fast as the engine can: nothing in them waits or decides. What may end a loop, or do
/// work, is given the benefit of the doubt.
/// </summary>
internal static class LoopValidator
{
    private const string Fix = "Let something in it wait, such as Elsa.Delay or Elsa.Event, or decide, such as Elsa.FlowDecision.";

    public static void Validate(Node node, List<DefinitionFault> faults)
    {
        if (node.Compiled is FlowchartShape shape)
        {
            var graph = shape.GraphFor(null);
            var straight = StraightNodes(node, graph);
            while (FindLoop(graph, straight) is { } loop)
            {
                if (!WaitsForOthers(graph, loop))
                {
                    var names = string.Join("', '", loop.Select(n => node.Children[n].Id));
                    faults.Add(new DefinitionFault(node.NodeId, $"The loop through '{names}' never ends: nothing in it waits or decides.", Fix));
                }

                loop.ForEach(n => straight[n] = false);
            }
        }
        else if (node is { Control: While, Inputs: [ConstantExpression { Value: true }, ..] } && (node.PortOrNull("body") is not { } body || GoesStraightOn(body)))
        {
            faults.Add(new DefinitionFault(node.NodeId, "The loop never ends: its condition is always true, and nothing in its body waits, decides or breaks.", Fix));
        }
    }

    // What completes at once, whatever comes, and is reached at all.
    private static bool[] StraightNodes(Node flowchart, FlowGraph graph)
    {
        var straight = new bool[graph.NodeCount];
        if (graph.Start < 0)
        {
            return straight;
        }

        var reached = new bool[graph.NodeCount];
        var next = new Stack<int>([graph.Start]);
        while (next.TryPop(out var node))
        {
            if (reached[node])
            {
                continue;
            }

            reached[node] = true;
            straight[node] = GoesStraightOn(flowchart.Children[node]);
            foreach (var edge in graph.Outbound[node])
            {
                next.Push(graph.Edges[edge].Target);
            }
        }

        return straight;
    }

    private static bool GoesStraightOn(Node node) =>
        node.Control?.GoesStraightOn == true && node.Children.All(GoesStraightOn) && node.Ports.Values.All(GoesStraightOn);

    // Whoever cannot go on to another such node is taken away, until only loops and what leads to them are left.
    private static List<int>? FindLoop(FlowGraph graph, bool[] straight)
    {
        var left = (bool[])straight.Clone();
        var ways = new int[graph.NodeCount];
        for (var edge = 0; edge < graph.Edges.Length; edge++)
        {
            var (source, _, target) = graph.Edges[edge];
            ways[source] += IsTaken(graph, edge) && left[source] && left[target] ? 1 : 0;
        }

        var ends = new Stack<int>(Enumerable.Range(0, graph.NodeCount).Where(n => left[n] && ways[n] == 0));
        while (ends.TryPop(out var end))
        {
            left[end] = false;
            foreach (var edge in graph.Inbound[end])
            {
                var source = graph.Edges[edge].Source;
                if (IsTaken(graph, edge) && left[source] && --ways[source] == 0)
                {
                    ends.Push(source);
                }
            }
        }

        var node = Array.IndexOf(left, true);
        if (node < 0)
        {
            return null;
        }

        var path = new List<int>();
        while (!path.Contains(node))
        {
            path.Add(node);
            foreach (var edge in graph.Outbound[node])
            {
                if (IsTaken(graph, edge) && left[graph.Edges[edge].Target])
                {
                    node = graph.Edges[edge].Target;
                    break;
                }
            }
        }

        return path[path.IndexOf(node)..];
    }

    // A connection that leads back to where not all ways have passed is a fault of its own.
    private static bool IsTaken(FlowGraph graph, int edge) =>
        graph.Edges[edge].Port is null or "Done" && (graph.IsForward[edge] || graph.BackwardValid[edge]);

    // A join within the loop may wait for what comes from elsewhere, and come no second time. Where the loop begins anew nothing is waited for.
    private static bool WaitsForOthers(FlowGraph graph, List<int> loop)
    {
        var within = loop.ToHashSet();
        foreach (var node in loop)
        {
            var begins = false;
            foreach (var edge in graph.Inbound[node])
            {
                begins |= !graph.IsForward[edge] && within.Contains(graph.Edges[edge].Source);
            }

            foreach (var edge in graph.ForwardInbound[node])
            {
                if (!begins && !within.Contains(graph.Edges[edge].Source))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
