using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Dag.Workflows.Catalog;
using Dag.Workflows.Values;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>What a run is started with.</summary>
/// <param name="CorrelationId">The correlation id, if there is one.</param>
/// <param name="TriggerActivityId">The trigger that it starts as if fired; null for the workflow's own start.</param>
/// <param name="VersionOptions">Which version; default the published one.</param>
/// <param name="Input">Values for the workflow's inputs, by name.</param>
internal sealed record ExecuteBody(string? CorrelationId, string? TriggerActivityId, JsonElement? VersionOptions, JsonElement? Input);

/// <summary>Reads what a run is started with; no body means no wishes.</summary>
internal static class ExecuteBodies
{
    /// <summary>The version that is meant; Elsa's clients write it as text or as a number.</summary>
    public static bool TryVersions(JsonElement? given, VersionSelector fallback, out VersionSelector versions, [NotNullWhen(false)] out ValidationProblem? fault)
    {
        versions = fallback;
        fault = null;
        var text = given switch
        {
            null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => "",
            { ValueKind: JsonValueKind.String } name => name.GetString()!,
            { } other => other.GetRawText(),
        };
        if (text.Length == 0 || VersionSelector.TryParse(text, out versions))
        {
            return true;
        }

        fault = TypedResults.ValidationProblem(new Dictionary<string, string[]>
        {
            ["versionOptions"] = [$"'{text}' is neither a version's number nor one of Latest, Published, LatestOrPublished, LatestAndPublished, Draft."],
        });
        return false;
    }

    extension(ExecuteBody? body)
    {
        /// <summary>The inputs by name.</summary>
        public Dictionary<string, object?> Inputs()
        {
            var inputs = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
            if (body?.Input is { ValueKind: JsonValueKind.Object } given)
            {
                foreach (var input in given.EnumerateObject())
                {
                    inputs[input.Name] = ValueConverter.FromJson(input.Value);
                }
            }

            return inputs;
        }
    }
}

/// <summary>A run that was started.</summary>
/// <param name="WorkflowInstanceId">Its id.</param>
/// <param name="WorkflowState">How it stood then.</param>
internal sealed record StartedInstance(string WorkflowInstanceId, StartedState WorkflowState);

/// <summary>How a run stood when it was started.</summary>
internal sealed record StartedState(
    string Id, string DefinitionId, string DefinitionVersionId, int DefinitionVersion, string Status, string SubStatus, string? CorrelationId);
