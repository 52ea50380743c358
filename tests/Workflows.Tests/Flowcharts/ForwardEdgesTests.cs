using Dag.Workflows.Flowcharts;

namespace Dag.Workflows.Tests.Flowcharts;

/// <summary>What analysing large flowcharts costs, counted in steps: no clock is asked.</summary>
public sealed class ForwardEdgesTests
{
    private const int Nodes = 10_000;

    [Fact]
    public void A_chain_costs_a_step_for_each_node_at_the_most() => Assert.InRange(StepsOf(Chain()), 0, Nodes);

    [Fact]
    public void Layers_that_are_connected_each_with_all_of_the_next_cost_nothing_for_most_connections() =>
        Assert.InRange(StepsOf(Layers(width: 64)), 0, 64 * Nodes);

    [Fact]
    public void A_chain_with_a_way_back_from_each_to_the_one_before_costs_a_few_steps_for_each() =>
        Assert.InRange(StepsOf([.. Chain(), .. Enumerable.Range(1, Nodes - 1).Select(i => new FlowEdge(i, "Back", i - 1))]), 0, 4 * Nodes);

    [Fact]
    public void Connections_at_random_cost_a_fraction_of_looking_at_all_of_them_for_each_node()
    {
        var random = new Random(1);
        var edges = Chain().Concat(Enumerable.Range(0, 3 * Nodes).Select(_ => new FlowEdge(random.Next(Nodes), "Other", random.Next(Nodes)))).Distinct().ToArray();

        Assert.InRange(StepsOf(edges), 0, Nodes * (long)edges.Length / 20);
    }

    private static long StepsOf(FlowEdge[] edges) => ForwardEdges.Find(Nodes, edges, new EdgeLists(Nodes, edges, byTarget: false), 0).Steps;

    private static FlowEdge[] Chain() => [.. Enumerable.Range(0, Nodes - 1).Select(i => new FlowEdge(i, "Done", i + 1))];

    private static FlowEdge[] Layers(int width) =>
    [
        .. from source in Enumerable.Range(0, Nodes)
           from target in Enumerable.Range(((source / width) + 1) * width, width)
           where target < Nodes
           select new FlowEdge(source, "Done", target),
    ];
}
