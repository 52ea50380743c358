using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.RunLog;
using Dag.Workflows.Runs;
using Dag.Workflows.Storage;
using Dag.Workflows.Values;

namespace Dag.Workflows.Running;

/// <summary>Brings runs back from what is stored of them.</summary>
internal sealed class RunLoader(IRunLog log, IBlobStore blobs, WorkflowFreezer freezer)
{
    /// <summary>The state of a run: its newest snapshot and the events after it, or all its events.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="mayHaveSnapshot">False for one so short that looking for a snapshot is no shortcut.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidDataException">Its history is damaged.</exception>
    public async Task<RunState> LoadAsync(string runId, bool mayHaveSnapshot, CancellationToken cancellationToken)
    {
        var snapshot = mayHaveSnapshot ? await log.ReadSnapshotAsync(runId, cancellationToken) : null;
        var state = snapshot is null ? null : await ReadSnapshotAsync(snapshot, runId, cancellationToken);
        await foreach (var batch in log.ReadBatchesAsync(runId, state?.Sequence ?? 0, cancellationToken))
        {
            state ??= new RunState(runId, await GraphOfRunAsync(runId, batch, cancellationToken));
            foreach (var e in EventReader.Read(batch.Events, state.Graph))
            {
                state.Apply(e);
            }
        }

        foreach (var reference in state?.References() ?? throw NoHistory(runId))
        {
            reference.Value ??= await ReadValueAsync(reference.Hash, cancellationToken);
        }

        return state;
    }

    /// <summary>The events of a run, in order, with the graph that they belong to.</summary>
    public async Task<(WorkflowGraph Graph, IReadOnlyList<RunEvent> Events)> LoadEventsAsync(string runId, CancellationToken cancellationToken)
    {
        WorkflowGraph? graph = null;
        var events = new List<RunEvent>();
        await foreach (var batch in log.ReadBatchesAsync(runId, 0, cancellationToken))
        {
            graph ??= await GraphOfRunAsync(runId, batch, cancellationToken);
            events.AddRange(EventReader.Read(batch.Events, graph));
        }

        return (graph ?? throw NoHistory(runId), events);
    }

    /// <summary>What a run executes.</summary>
    public async Task<WorkflowGraph> LoadGraphAsync(string runId, CancellationToken cancellationToken) =>
        await log.ReadBatchesAsync(runId, 0, cancellationToken).FirstOrDefaultAsync(cancellationToken) is { } first
            ? await GraphOfRunAsync(runId, first, cancellationToken)
            : throw NoHistory(runId);

    /// <summary>The value itself, if it is a reference to one.</summary>
    public async Task<object?> LoadValueAsync(object? value, CancellationToken cancellationToken) =>
        value is BlobReference reference ? reference.Value ??= await ReadValueAsync(reference.Hash, cancellationToken) : value;

    /// <summary>Reads the value behind a reference.</summary>
    public async Task<object?> ReadValueAsync(string hash, CancellationToken cancellationToken) =>
        await blobs.GetAsync(hash, cancellationToken) is { } content
            ? ValueCodec.Decode(content)
            : throw new InvalidDataException($"The stored value {hash} is missing.");

    // A snapshot is a shortcut: one that cannot be read is left aside, and the history is folded from its beginning.
    private async Task<RunState?> ReadSnapshotAsync(StoredSnapshot snapshot, string runId, CancellationToken cancellationToken)
    {
        if (RunSnapshot.StartOf(snapshot.State) is not { } start)
        {
            return null;
        }

        var graph = await GraphAsync(start, runId, cancellationToken);
        try
        {
            return RunSnapshot.Read(snapshot.State, runId, graph);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>The graph of a run, whose first batch this is.</summary>
    public Task<WorkflowGraph> GraphOfRunAsync(string runId, StoredBatch first, CancellationToken cancellationToken) =>
        GraphAsync(EventReader.ReadStart(first.Events), runId, cancellationToken);

    /// <summary>What is thrown when nothing is stored of a run.</summary>
    public static InvalidDataException NoHistory(string runId) => new($"Run {runId} has no history.");

    private async Task<WorkflowGraph> GraphAsync(RunStarted start, string runId, CancellationToken cancellationToken)
    {
        if (freezer.FindGraph(start.DefinitionHash, start.Uses) is { } known)
        {
            return known;
        }

        var definition = DefinitionReader.Read(await ReadDefinitionAsync(start.DefinitionHash, runId, cancellationToken));
        var used = new List<UsedWorkflow>();
        foreach (var (reference, hash) in start.Uses)
        {
            var content = await ReadDefinitionAsync(hash, runId, cancellationToken);
            used.Add(new UsedWorkflow(reference, DefinitionReader.Read(content), new FrozenContent(hash, content)));
        }

        return freezer.Restore(start.DefinitionHash, definition, used);
    }

    private async Task<byte[]> ReadDefinitionAsync(string hash, string runId, CancellationToken cancellationToken) =>
        await blobs.GetAsync(hash, cancellationToken)
        ?? throw new InvalidDataException($"A definition of run {runId} is missing: nothing is stored under {hash}.");
}
