using System.Text.Json;
using Dag.Workflows.Values;

namespace Dag.Workflows.Tests.Runs;

/// <summary>How a run ended, on one line.</summary>
internal static class RunText
{
    public static string Of(InMemoryRun run)
    {
        var state = run.State;
        var text = $"{run.Status}/{state.SubStatus} lines=[{string.Join("; ", run.Lines)}]";
        if (state.Incidents.Count > 0)
        {
            text += $" incidents=[{string.Join(" | ", state.Incidents.Select(i => $"{i.ActivityId}: {i.Message}"))}]";
        }

        if (state.Outputs.Count > 0)
        {
            text += $" output={JsonSerializer.Serialize(ValueCodec.ToPlain(state.Outputs))}";
        }

        return run.Bursts > 1 ? text + $" bursts={run.Bursts}" : text;
    }

    /// <summary>The same, with the name and the correlation id that the run gave itself.</summary>
    public static string WithNames(InMemoryRun run) =>
        Of(run) + (run.State.Name is { } name ? $" name={name}" : "") + (run.State.CorrelationId is { } id ? $" correlation={id}" : "");
}
