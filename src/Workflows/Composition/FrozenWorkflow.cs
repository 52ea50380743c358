using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Storage;

namespace Dag.Workflows.Composition;

/// <summary>A workflow with all that it uses, as a run keeps it for good.</summary>
internal sealed record FrozenWorkflow
{
    public required WorkflowDefinition Definition { get; init; }

    public required FrozenContent Content { get; init; }

    public required WorkflowLinks Links { get; init; }

    public required WorkflowGraph Graph { get; init; }

    /// <summary>The hashes of what it uses, for the run's history.</summary>
    public IReadOnlyList<FrozenUse> Uses => [.. Links.Used.Select(u => new FrozenUse(u.Reference, u.Content.Hash))];

    /// <summary>What is to be stored with the run's start.</summary>
    public IReadOnlyList<Blob> Blobs =>
        [.. Links.Used.Select(u => u.Content).Append(Content).DistinctBy(c => c.Hash).Select(c => new Blob(c.Hash, c.Bytes))];
}

/// <summary>A workflow that a run uses as an activity: how it is named, and the hash under which it is stored.</summary>
internal readonly record struct FrozenUse(WorkflowReference Reference, string Hash);
