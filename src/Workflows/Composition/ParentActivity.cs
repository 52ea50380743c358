using Dag.Workflows.Activities;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Composition;

/// <summary>An activity that starts runs of other workflows.</summary>
internal abstract class ParentActivity(params ControlInput[] inputs) : ControlActivity(inputs)
{
    private const string ParentInstanceId = "ParentInstanceId";

    public sealed override object? Compile(Node node, GraphCompiler compiler) => compiler.Workflows;

    /// <summary>A child that was asked to tells how it stands.</summary>
    public virtual void ChildReported(Step step, ChildReport report)
    {
    }

    /// <summary>The version that children are of.</summary>
    /// <exception cref="InvalidOperationException">The workflow is not published. The sentence is Elsa's.</exception>
    protected static async ValueTask<string> FindVersionAsync(Step step, string? definitionId) =>
        await ((IPublishedWorkflows)step.Node.Compiled!).FindVersionAsync(definitionId ?? "", step.CancellationToken)
        ?? throw new InvalidOperationException($"No published version of workflow definition with ID {definitionId} found.");

    /// <summary>Starts a child after what is decided now is stored.</summary>
    /// <returns>Its run's id.</returns>
    protected static string Start(
        Step step, string versionId, IEnumerable<KeyValuePair<string, object?>>? input, string? correlationId, ChildReports reports)
    {
        var given = new Dictionary<string, object?>();
        foreach (var (name, value) in input ?? [])
        {
            given[name] = step.Keep(value);
        }

        given[ParentInstanceId] = step.State.RunId;
        return step.StartChild(versionId, [.. given], string.IsNullOrWhiteSpace(correlationId) ? null : correlationId, reports);
    }

    /// <summary>A bookmark that only a child's report resumes.</summary>
    protected static Bookmark WaitingFor(string runId) => new($"Run:{runId}", null);
}
