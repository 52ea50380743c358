using System.Text.Json.Nodes;
using Dag.Host.ElsaApi.Descriptors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>Parts of definitions, for what is nested below what Studio shows: loop bodies, branches, used workflows.</summary>
internal static class SubgraphEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapSubgraphs()
        {
            routes.MapGet("/workflow-definitions/subgraph/{id}", GetAsync);
            routes.MapGet("/workflow-definitions/subgraph/segments/{id}", GetSegmentsAsync);
        }
    }

    private static async Task<Results<Ok<SubgraphNode>, ProblemHttpResult>> GetAsync(
        string id, string? parentNodeId, DefinitionVersions versions, ActivityTypeSource types, CancellationToken cancellationToken)
    {
        if (await versions.FindAsync(id, cancellationToken) is not { } stored)
        {
            return ElsaProblems.NoVersion(id);
        }

        var tree = DefinitionTree.Of(stored, await types.GetAsync(cancellationToken));
        return (string.IsNullOrEmpty(parentNodeId) ? tree : tree.Find(parentNodeId)) is { } node
            ? TypedResults.Ok(SubgraphNode.Of(node))
            : NoActivity(parentNodeId!);
    }

    private static async Task<Results<Ok<SubgraphPath>, ProblemHttpResult, ValidationProblem>> GetSegmentsAsync(
        string id, string? childNodeId, DefinitionVersions versions, ActivityTypeSource types, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(childNodeId))
        {
            return ElsaProblems.Missing("childNodeId");
        }

        if (await versions.FindAsync(id, cancellationToken) is not { } stored)
        {
            return ElsaProblems.NoVersion(id);
        }

        var tree = DefinitionTree.Of(stored, await types.GetAsync(cancellationToken));
        if (tree.Find(childNodeId) is not { } child)
        {
            return NoActivity(childNodeId);
        }

        // From the outside in; flowcharts and workflows are what is shown, not steps on the way.
        var segments = new List<PathSegment>();
        var outermost = tree;
        for (var below = child; below.Parent is { } node; below = node)
        {
            if (node.Type is not ("Elsa.Flowchart" or "Elsa.Workflow"))
            {
                segments.Insert(0, new PathSegment(node.NodeId, node.Id, node.Type, DefinitionTree.PortNameOf(below.Port)));
                outermost = segments.Count == 1 ? node : outermost;
            }
        }

        return TypedResults.Ok(new SubgraphPath(SubgraphNode.Of(child), SubgraphNode.Of(segments.Count == 0 ? tree : outermost), segments));
    }

    private static ProblemHttpResult NoActivity(string nodeId) => Web.Api.Problems.NotFound($"There is no activity {nodeId} in this version.");
}

/// <summary>An activity with those below it, in Elsa's shape.</summary>
internal sealed record SubgraphNode(JsonObject Activity, string NodeId, string Port, IReadOnlyList<SubgraphNode> Children)
{
    public IReadOnlyList<SubgraphNode> Parents => [];

    public static SubgraphNode Of(DefinitionTree node) =>
        new(node.Activity, node.NodeId, DefinitionTree.PortNameOf(node.Port), [.. node.Children.Select(Of)]);
}

/// <summary>The way to an activity.</summary>
/// <param name="ChildNode">The activity.</param>
/// <param name="Container">The innermost activity on the way that holds what is shown.</param>
/// <param name="PathSegments">The steps, from the outside in.</param>
internal sealed record SubgraphPath(SubgraphNode ChildNode, SubgraphNode Container, IReadOnlyList<PathSegment> PathSegments);

/// <summary>A step on the way to an activity: an activity, and which of its ports is entered.</summary>
internal sealed record PathSegment(string ActivityNodeId, string ActivityId, string ActivityType, string PortName);
