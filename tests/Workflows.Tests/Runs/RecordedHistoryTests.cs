using System.Text;
using System.Text.Json;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;
using Dag.Workflows.Values;

namespace Dag.Workflows.Tests.Runs;

/// <summary>
/// Histories that earlier builds wrote, as they stand in databases. This build must fold them to the state that they had then; the files
/// are only ever added to.
/// </summary>
public sealed class RecordedHistoryTests
{
    public static TheoryData<string> Files() => [.. WorkflowFiles.In("histories")];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_history_of_an_earlier_build_folds_to_the_same_state(string file)
    {
        using var history = JsonDocument.Parse(WorkflowFiles.Bytes(file));
        var graph = GraphCompiler.Compile(DefinitionReader.Read(history.RootElement.GetProperty("definition")), InMemoryRun.Catalog);
        var state = new RunState("run-1", graph);
        foreach (var batch in history.RootElement.GetProperty("batches").EnumerateArray())
        {
            foreach (var e in EventReader.Read(Encoding.UTF8.GetBytes(batch.GetRawText()), graph))
            {
                state.Apply(e);
            }
        }

        Assert.Equal(history.RootElement.GetProperty("expected").EnumerateArray().Select(l => l.GetString()), Describe(state));
    }

    /// <summary>What a state is to a user and to the engine, in words that no refactoring changes.</summary>
    internal static IEnumerable<string> Describe(RunState state)
    {
        yield return $"{state.SubStatus}, {state.Sequence} events, next execution {state.NextExecutionId}, {state.OpenWork} works open, {state.WorkInFlight} in flight";
        yield return $"outputs {ValueCodec.ToPlainJson(state.Outputs)}, name {state.Name}, correlation {state.CorrelationId}";
        foreach (var incident in state.Incidents)
        {
            yield return $"incident {incident.NodeId}: {incident.Message}";
        }

        foreach (var e in state.Open.OrderBy(e => e.Id))
        {
            var variables = string.Join(", ", e.Variables.Select(v => $"{v.Name}={ValueCodec.ToPlainJson(v.Value)}"));
            yield return $"{e.Id} {e.Node.NodeId} under {e.Parent?.Id} {e.Status}, attempts {e.Attempts} lost {e.LostAttempts}, at {e.Index} of {ValueCodec.ToPlainJson(e.Items)}, "
                + $"waits for {e.Bookmark?.Stimulus} {e.Bookmark?.DueAt:O}, variables {variables}, counters {string.Join(' ', e.Flow?.ToArray() ?? [])}";
        }
    }
}
