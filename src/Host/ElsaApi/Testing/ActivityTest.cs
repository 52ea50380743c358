using System.Text.Json.Nodes;
using Dag.Host.ElsaApi.Definitions;
using Dag.Host.ElsaApi.Descriptors;
using Dag.Host.Hosting;
using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;
using Dag.Workflows.Running;

namespace Dag.Host.ElsaApi.Testing;

/// <summary>
/// Runs one activity of a definition by itself: in a run of its own, which is deleted afterwards, with the variables and the test values
/// that its author has set. What it does in the world, it does.
/// </summary>
internal sealed class ActivityTest(ActivityTypeSource types, ManualStart manual, DagEngine engine, RunTraces traces, RunRemoval removal, TimeProvider clock)
{
    /// <summary>How long it may take; then it is cancelled.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string TestValues = "VariableTestValues";

    /// <summary>Runs the activity; null when the definition has none with that node id.</summary>
    /// <exception cref="DefinitionException">It cannot run.</exception>
    public async Task<ActivityTestResult?> RunAsync(StoredDefinition stored, string nodeId, CancellationToken cancellationToken)
    {
        if (DefinitionTree.Of(stored, await types.GetAsync(cancellationToken)).Find(nodeId)?.Activity is not { } activity)
        {
            return null;
        }

        var definition = Alone(stored, (JsonObject)activity.DeepClone());
        var runId = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (Listen(runId, n => n.Run.FinishedAt is not null || n is { Settled: true, CanWake: false, Run.SubStatus: "Suspended" }, over))
        {
            await engine.StartRunAsync(manual.Of(definition, new Dictionary<string, object?>()) with { RunId = runId }, cancellationToken);
            await over.Task.WaitAsync(Patience, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var result = await traces.LookAsync(runId, trace => ActivityTestResult.Of(trace.Executions.First(e => e.Id > 1)), CancellationToken.None);
        await removal.RemoveAsync([runId], "The test is over.", CancellationToken.None);
        return result;
    }

    private IDisposable Listen(string runId, Func<RunChanged, bool> isOver, TaskCompletionSource over) => engine.Feed.Listen(notice =>
    {
        if (notice is RunChanged changed && changed.Run.Id == runId && isOver(changed))
        {
            over.TrySetResult();
        }
    });

    // Under a name of its own, so that no version of the workflow counts as one that has run.
    private static WorkflowDefinition Alone(StoredDefinition stored, JsonObject activity)
    {
        var document = JsonTree.ReadObject(stored.Json);
        JsonTree.Respell(document, ["root", "variables", "customProperties"]);
        var given = (document["customProperties"] as JsonObject)?[TestValues] as JsonObject;
        foreach (var variable in JsonTree.ListIn(document, "variables").OfType<JsonObject>())
        {
            JsonTree.Respell(variable, ["id", "value"]);
            if (JsonTree.Text(variable, "id") is { } id && given?[id] is { } value)
            {
                variable["value"] = value.DeepClone();
            }
        }

        document["root"] = activity;
        return DefinitionReader.Read(JsonTree.ToElement(document)) with { Id = "Dag.ActivityTest", DefinitionId = "Dag.ActivityTest", Name = $"Test: {stored.Name}" };
    }
}
