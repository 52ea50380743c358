using System.Globalization;
using System.Text.Json;
using Dag.Workflows.Definitions;
using Dag.Workflows.Scheduling;

namespace Dag.Workflows.Graph;

/// <summary>Reads <c>customProperties.retries</c>, <c>timeout</c> and <c>runWhen</c> of a work activity.</summary>
internal static class WorkSettingsReader
{
    public static WorkSettings Read(Node node, List<DefinitionFault> faults)
    {
        var retries = node.Definition.CustomProperty("retries");
        var timeout = node.Definition.CustomProperty("timeout");
        var runWhen = node.Definition.CustomProperty("runWhen");
        if (retries.IsMissing() && timeout.IsMissing() && runWhen.IsMissing())
        {
            return WorkSettings.Default;
        }

        return new WorkSettings
        {
            Retries = Retries(node, retries, faults),
            Timeout = Timeout(node, timeout, faults),
            RunWhen = runWhen.ValueKind == JsonValueKind.String ? runWhen.GetString() : null,
        };
    }

    private static RetryPolicy Retries(Node node, JsonElement retries, List<DefinitionFault> faults)
    {
        if (retries.IsMissing())
        {
            return RetryPolicy.None;
        }

        var wrong = new List<string>();
        var policy = RetryPolicy.Parse(retries, wrong);
        faults.AddRange(wrong.Select(w => new DefinitionFault(node.NodeId, $"customProperties.retries: {w}", "Correct it.")));
        return policy ?? RetryPolicy.None;
    }

    private static TimeSpan? Timeout(Node node, JsonElement timeout, List<DefinitionFault> faults)
    {
        if (timeout.IsMissing())
        {
            return null;
        }

        if (timeout.ValueKind == JsonValueKind.String
            && TimeSpan.TryParse(timeout.GetString(), CultureInfo.InvariantCulture, out var span) && span > TimeSpan.Zero)
        {
            return span;
        }

        faults.Add(new DefinitionFault(
            node.NodeId, $"customProperties.timeout is {timeout.GetRawText()}.", "Give a time span over zero, such as \"00:10:00\" for ten minutes."));
        return null;
    }
}
