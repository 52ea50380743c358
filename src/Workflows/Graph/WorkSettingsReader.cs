using System.Globalization;
using System.Text.Json;
using Dag.Workflows.Definitions;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Scheduling;

namespace Dag.Workflows.Graph;

/// <summary>Reads <c>customProperties.retries</c>, <c>timeout</c> and <c>runWhen</c> of an activity.</summary>
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
            RunWhen = RunWhen(node, runWhen, faults),
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
        faults.AddRange(wrong.Select(w => new DefinitionFault(node.NodeId, $"customProperties.retries: {w}.", "Correct it.")));
        return policy ?? RetryPolicy.None;
    }

    // A fault that lets runs start: earlier versions read no rule and took any.
    private static RunWhen RunWhen(Node node, JsonElement runWhen, List<DefinitionFault> faults)
    {
        if (runWhen.IsMissing())
        {
            return default;
        }

        if (node.Control is FlowJoin)
        {
            faults.Add(new DefinitionFault(
                node.NodeId, "customProperties.runWhen stands on a join.", "Remove it: a join's mode says when it runs.")
            { AllowedInRun = true });
            return default;
        }

        if (runWhen.ValueKind == JsonValueKind.String && Rules.TryGetValue(runWhen.GetString()!, out var rule))
        {
            return rule;
        }

        faults.Add(new DefinitionFault(
            node.NodeId, $"customProperties.runWhen is {runWhen.GetRawText()}.", $"Give one of {string.Join(", ", Rules.Keys)}.")
        { AllowedInRun = true });
        return default;
    }

    private static readonly Dictionary<string, RunWhen> Rules =
        Enum.GetValues<RunWhen>().ToDictionary(r => JsonNamingPolicy.CamelCase.ConvertName(r.ToString()), StringComparer.OrdinalIgnoreCase);

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
