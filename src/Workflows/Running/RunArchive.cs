using System.Text.Json;
using System.Text.Json.Nodes;
using Dag.Workflows.Definitions;
using Dag.Workflows.RunLog;
using Dag.Workflows.Runs;
using Dag.Workflows.Storage;

namespace Dag.Workflows.Running;

/// <summary>Takes a run out of a service whole, as a document, and puts it into another one.</summary>
internal sealed class RunArchive(IRunLog log, IBlobStore blobs, RunLoader loader, EngineOptions options)
{
    private const string Format = "dag-run/1";
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 512 };

    /// <summary>The run: its history, and all that the history refers to; null when there is no such run.</summary>
    public async Task<JsonObject?> ExportAsync(string runId, CancellationToken cancellationToken)
    {
        if (await log.FindRunAsync(runId, cancellationToken) is not { } summary)
        {
            return null;
        }

        var history = new JsonArray();
        var content = new JsonObject();
        await foreach (var batch in log.ReadBatchesAsync(runId, 0, cancellationToken))
        {
            var events = (JsonArray)JsonNode.Parse(batch.Events, documentOptions: Reading)!;
            foreach (var e in events.ToArray())
            {
                events.Remove(e);
                history.Add(e);
            }
        }

        foreach (var hash in RunReferences.In(history))
        {
            if (await blobs.GetAsync(hash, cancellationToken) is { } blob)
            {
                content[hash] = Convert.ToBase64String(blob);
            }
        }

        return new JsonObject { ["format"] = Format, ["runId"] = runId, ["isFinished"] = summary.FinishedAt is not null, ["history"] = history, ["content"] = content };
    }

    /// <summary>Puts a run in, under its own id.</summary>
    /// <returns>False when a run with that id is there already.</returns>
    /// <exception cref="DefinitionException">The document is no run, is damaged, or the run is not over.</exception>
    public async Task<bool> ImportAsync(JsonElement document, CancellationToken cancellationToken)
    {
        var (runId, events, content) = Read(document);
        if (await log.FindRunAsync(runId, cancellationToken) is not null)
        {
            return false;
        }

        await blobs.PutAsync(content, cancellationToken);
        return await log.AppendAsync(await FoldAsync(runId, events, cancellationToken), cancellationToken) == AppendOutcome.Appended;
    }

    private async Task<RunBatch> FoldAsync(string runId, byte[] events, CancellationToken cancellationToken)
    {
        try
        {
            var graph = await loader.GraphOfRunAsync(runId, new StoredBatch(1, 1, events), cancellationToken);
            var state = new RunState(runId, graph);
            var projections = new RunProjections(state);
            var read = EventReader.Read(events, graph);
            foreach (var e in read)
            {
                state.Apply(e);
                projections.Follow(e);
            }

            if (!state.IsFinished)
            {
                throw Fault("The run is not over. Only one that is can be imported: another one would go on in two places.");
            }

            return projections.AddTo(new RunBatch
            {
                RunId = runId,
                Node = options.Node,
                LeaseDuration = options.LeaseDuration,
                Epoch = 1,
                FirstSequence = 1,
                EventCount = read.Count,
                Events = events,
                Summary = RunSummaries.Of(state),
            });
        }
        catch (Exception e) when (e is not (OperationCanceledException or DefinitionException or MetadataUnavailableException))
        {
            // Nobody has checked a history that comes from elsewhere: folding it can fail in any way.
            throw Fault($"The history cannot be folded: {e.Message}");
        }
    }

    private static (string RunId, byte[] Events, IReadOnlyList<Blob> Content) Read(JsonElement document)
    {
        if (JsonMembers.Text(document, "format") != Format)
        {
            throw Fault($"It is no exported run: its \"format\" is not \"{Format}\".");
        }

        var runId = JsonMembers.Text(document, "runId");
        var history = JsonMembers.Get(document, "history");
        if (runId is not { Length: > 0 and <= 64 } || history.ValueKind != JsonValueKind.Array || history.GetArrayLength() == 0)
        {
            throw Fault("It has no \"runId\", or no \"history\".");
        }

        var content = new List<Blob>();
        foreach (var item in JsonMembers.Get(document, "content") is { ValueKind: JsonValueKind.Object } o ? o.EnumerateObject() : default)
        {
            if (item.Value.ValueKind != JsonValueKind.String || !item.Value.TryGetBytesFromBase64(out var bytes) || Blob.Of(bytes) is var blob && blob.Hash != item.Name)
            {
                throw Fault($"The content {item.Name} is damaged.");
            }

            content.Add(blob);
        }

        return (runId, JsonSerializer.SerializeToUtf8Bytes(history), content);
    }

    private static DefinitionException Fault(string message) => new([new DefinitionFault("run", message, "Export it again from where it ran.")]);
}
