using System.Diagnostics.CodeAnalysis;
using Dag.Workflows.Definitions;
using Dag.Workflows.Publishing;

namespace Dag.Workflows.Tests.Kill;

/// <summary>Runs that start others in every way, wait for them or not, and send events that start more.</summary>
[ExcludeFromCodeCoverage]
internal static class KillFamily
{
    public const string Child = "child";
    public const string Reacts = "reacts";

    /// <summary>How many runs each main one starts as its children: executed, dispatched, four at once, and one that nobody waits for.</summary>
    public const int Children = 7;

    /// <summary>What each main run writes.</summary>
    public static readonly string[] Lines = ["begun", "executed", "dispatched", "item", "item", "item", "item", "all", "let go", "told itself"];

    public static async Task PublishAsync(WorkflowPublisher publisher)
    {
        foreach (var json in (string[])[Workflow(Child, Work), Workflow(Reacts, Event("e", "Ping", starts: true), Work)])
        {
            await publisher.PublishAsync(DefinitionReader.Read(json), CancellationToken.None);
        }
    }

    public static string CorrelationOf(int index) => $"main-{index}";

    public static string MainOf(int index) => Workflow(
        $"main-{index}",
        Line("begun"),
        Start("execute", "ExecuteWorkflow", waits: true),
        Line("executed"),
        Start("dispatch", "DispatchWorkflow", waits: true),
        Line("dispatched"),
        $$"""{"id":"bulk","type":"Elsa.BulkDispatchWorkflows","workflowDefinitionId":"{{Child}}","items":{"typeName":"Object","expression":{"type":"Literal","value":[1,2,3,4]} },"childCompleted":{{Line("item")}},"childFaulted":{{Line("item", "faulted")}} }""",
        Line("all"),
        Start("free", "DispatchWorkflow", waits: false),
        Line("let go"),
        $$"""{"id":"ping","type":"Elsa.PublishEvent","eventName":"Ping","correlationId":"{{CorrelationOf(index)}}"}""",
        $$"""{"id":"self","type":"Elsa.Parallel","activities":[{{Event("hears", "Self", starts: false)}},{"id":"says","type":"Elsa.PublishEvent","eventName":"Self","isLocalEvent":true}]}""",
        Line("told itself"));

    private static string Workflow(string id, params string[] activities) =>
        $$"""{"definitionId":"{{id}}","id":"{{id}}-v1","name":"{{id}}","root":{"id":"s","type":"Elsa.Sequence","activities":[{{string.Join(',', activities)}}]} }""";

    private const string Work = """{"id":"work","type":"Test.KillWork","milliseconds":2}""";

    private static string Line(string text, string? id = null) => $$"""{"id":"{{id ?? text.Replace(' ', '-')}}","type":"Elsa.WriteLine","text":"{{text}}"}""";

    private static string Start(string id, string type, bool waits) =>
        $$"""{"id":"{{id}}","type":"Elsa.{{type}}","workflowDefinitionId":"{{Child}}","waitForCompletion":{{(waits ? "true" : "false")}}}""";

    private static string Event(string id, string name, bool starts) =>
        $$"""{"id":"{{id}}","type":"Elsa.Event","eventName":"{{name}}","customProperties":{"canStartWorkflow":{{(starts ? "true" : "false")}}} }""";
}
