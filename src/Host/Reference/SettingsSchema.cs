using System.Text.Json.Nodes;
using Dag.Host.ElsaApi.Descriptors;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Scheduling;

namespace Dag.Host.Reference;

/// <summary>The JSON schema of what stands beside activities: custom properties, and the options of a workflow.</summary>
internal static class SettingsSchema
{
    private const string Span = @"^(\d+\.)?\d{1,2}:\d{1,2}(:\d{1,2}(\.\d{1,7})?)?$";

    private static readonly Dictionary<RunWhen, string> RunWhens = new()
    {
        [RunWhen.AllSucceeded] = "All branches that were taken have succeeded. The default.",
        [RunWhen.OneSucceeded] = "One branch at least has succeeded, whatever became of the others.",
        [RunWhen.AllDone] = "All branches that were taken are over, well or not.",
        [RunWhen.NoneFailed] = "No branch has failed, even if none was taken.",
        [RunWhen.OneFailed] = "One branch at least has failed.",
        [RunWhen.AllFailed] = "All branches that were taken have failed.",
        [RunWhen.Always] = "In any case.",
    };

    private static readonly Dictionary<MergeMode, string> MergeModes = new()
    {
        [MergeMode.Stream] = "Runs at a token unless another one is on its way just before it. The default.",
        [MergeMode.Merge] = "Runs when tokens are on all forward connections.",
        [MergeMode.Converge] = "Runs when tokens are on all connections, backward ones included.",
        [MergeMode.Cascade] = "Runs at the first token, and lets one of each other connection pass.",
        [MergeMode.Race] = "As Cascade, and what still runs before it is cancelled.",
    };

    /// <summary>Of an activity's custom properties.</summary>
    public static JsonObject CustomProperties() => new()
    {
        ["type"] = new JsonArray("object", "null"),
        ["properties"] = new JsonObject
        {
            ["canStartWorkflow"] = Schemas.Described("boolean", "Triggers: whether it starts runs once the workflow is published. Default: false."),
            ["retries"] = Retries(),
            ["timeout"] = SpanOf("Work: how long one attempt may take, such as 00:10:00. Default: for ever."),
            ["runWhen"] = Schemas.Choice(
                Enum.GetValues<RunWhen>().Select(r => (System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(r.ToString()), RunWhens[r])),
                "When it runs, by what became of the activities before it. Needs the incident strategy Dag.Propagate."),
            ["catchUp"] = CatchUpOf(),
            ["mergeMode"] = Schemas.Suggestion(MergeModes.Select(m => (m.Key.ToString(), m.Value)), "In token mode: what it does with the tokens that arrive."),
        },
    };

    /// <summary>Of a workflow's options.</summary>
    public static JsonObject Options() => new()
    {
        ["description"] = "Settings of the workflow.",
        ["type"] = new JsonArray("object", "null"),
        ["properties"] = new JsonObject
        {
            ["incidentStrategyType"] = Strategy(SettingDescriptorEndpoints.Incidents, "What a failure does. Default: Elsa's FaultStrategy."),
            ["activationStrategyType"] = Strategy(SettingDescriptorEndpoints.Activation, "When a start is allowed. Default: always."),
            ["usableAsActivity"] = Schemas.Flag("Whether it is an activity of others. Default: false."),
            ["autoUpdateConsumingWorkflows"] = Schemas.Flag("Whether workflows that use it go on to its new version when that is published. Default: false."),
            ["activityCategory"] = Schemas.Text("Its group in the toolbox as an activity. Default: Workflows."),
        },
    };

    private static JsonObject Strategy(IEnumerable<SettingItem> items, string description) =>
        Schemas.Suggestion(items.Select(i => (i.TypeName, $"{i.DisplayName}. {i.Description}")), description);

    private static JsonObject Retries()
    {
        var longest = (double)RetryPolicy.LongestDelay.TotalSeconds;
        JsonObject Wait(string description) => new()
        {
            ["description"] = description,
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "string", ["pattern"] = Span },
                new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = longest }),
        };
        return new JsonObject
        {
            ["description"] = "Work: how often it is tried, and how long to wait in between.",
            ["type"] = new JsonArray("object", "null"),
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject
            {
                ["maxAttempts"] = NumberOf("integer", 1, RetryPolicy.MostAttempts, "How many attempts there are in all, the first included. Default: 1."),
                ["delay"] = Wait("The wait after the first attempt. Default: 00:00:10."),
                ["backoff"] = NumberOf("number", 1, RetryPolicy.SteepestBackoff, "Each wait is this many times the one before. Default: 2."),
                ["maxDelay"] = Wait("No wait is longer. Default: 01:00:00."),
                ["jitter"] = NumberOf("number", 0, 1, "By which part a wait is shortened or lengthened at random. Default: 0."),
            },
            ["defaultSnippets"] = new JsonArray(Schemas.Snippet("three attempts", new JsonObject { ["maxAttempts"] = 3, ["delay"] = "00:00:10" })),
        };
    }

    private static JsonObject CatchUpOf()
    {
        JsonObject Mode() => Schemas.Choice(
            [
                ("none", "Nothing: it goes on with the next one. The default."),
                ("latest", "The latest one."),
                ("all", "All of them, the oldest first, up to the limit."),
            ],
            "What is made up for.");
        return new JsonObject
        {
            ["description"] = "Elsa.Cron and Elsa.Timer: what is made up for that came due while the service was down.",
            ["anyOf"] = new JsonArray(
                Mode(),
                new JsonObject
                {
                    ["type"] = new JsonArray("object", "null"),
                    ["additionalProperties"] = false,
                    ["required"] = new JsonArray("mode"),
                    ["properties"] = new JsonObject
                    {
                        ["mode"] = Mode(),
                        ["limit"] = NumberOf("integer", 1, CatchUp.MostLimit, $"How many at the most. Default: {CatchUp.DefaultLimit}."),
                    },
                }),
        };
    }

    private static JsonObject SpanOf(string description) =>
        new() { ["description"] = description, ["type"] = new JsonArray("string", "null"), ["pattern"] = Span };

    private static JsonObject NumberOf(string kind, double least, double most, string description) =>
        new() { ["description"] = description, ["type"] = kind, ["minimum"] = least, ["maximum"] = most };
}
