namespace Dag.Host.Tests;

/// <summary>Small workflows.</summary>
internal static class FlowJson
{
    /// <summary>A sequence of activities, each given as JSON.</summary>
    public static string Sequence(string definitionId, params string[] activities) => Of(definitionId, "", activities);

    /// <summary>A sequence with further members of the document, such as <c>"inputs": []</c>.</summary>
    public static string Of(string definitionId, string members, params string[] activities) =>
        $$"""
        { "definitionId": "{{definitionId}}", "name": "{{definitionId}}", "version": 1, {{(members.Length > 0 ? members + "," : "")}}
          "root": { "id": "seq", "type": "Elsa.Sequence", "activities": [ {{string.Join(", ", activities)}} ] } }
        """;

    public static string WriteLine(string id, string text) =>
        $$"""{ "id": "{{id}}", "type": "Elsa.WriteLine", "text": {{Literal($"\"{text}\"")}} }""";

    public static string WriteInput(string id, string input) =>
        $$"""{ "id": "{{id}}", "type": "Elsa.WriteLine", "text": { "typeName": "String", "expression": { "type": "Input", "value": "{{input}}" } } }""";

    public static string Event(string id, string name) =>
        $$"""{ "id": "{{id}}", "type": "Elsa.Event", "eventName": {{Literal($"\"{name}\"")}} }""";

    public static string Delay(string id, string span) =>
        $$"""{ "id": "{{id}}", "type": "Elsa.Delay", "timeSpan": {{Literal($"\"{span}\"")}} }""";

    public static string Cron(string id, string expression) =>
        $$"""{ "id": "{{id}}", "type": "Elsa.Cron", "cronExpression": {{Literal($"\"{expression}\"")}}, "customProperties": { "canStartWorkflow": true } }""";

    public static string Fault(string id, string message) =>
        $$"""{ "id": "{{id}}", "type": "Elsa.Fault", "message": {{Literal($"\"{message}\"")}} }""";

    private static string Literal(string json) => $$"""{ "typeName": "String", "expression": { "type": "Literal", "value": {{json}} } }""";
}
