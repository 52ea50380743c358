namespace Dag.Host.Tests.Hooks;

/// <summary>Small workflows that begin with an endpoint.</summary>
internal static class HookJson
{
    /// <summary>An endpoint for POST, whose outputs go into variables of their names, and what follows it in a sequence.</summary>
    /// <param name="definitionId">The workflow's id, and its path.</param>
    /// <param name="endpoint">Further members of the endpoint, each with a comma before it.</param>
    /// <param name="activities">What follows.</param>
    public static string Of(string definitionId, string endpoint = "", params string[] activities) => Sequence(definitionId, [Endpoint(definitionId, endpoint), .. activities]);

    /// <summary>A sequence with the variables that endpoints fill.</summary>
    public static string Sequence(string definitionId, params string[] activities) => $$"""
        { "definitionId": "{{definitionId}}", "name": "{{definitionId}}", "variables": [{{Variables}}],
          "root": { "id": "seq", "type": "Elsa.Sequence", "activities": [{{string.Join(", ", activities)}}] } }
        """;

    public static string Endpoint(string path, string members = "", bool canStart = true, string id = "hook", string methods = "[\"POST\"]") => $$"""
        { "id": "{{id}}", "type": "Elsa.HttpEndpoint", "path": "{{path}}", "supportedMethods": {{methods}}, "customProperties": { "canStartWorkflow": {{(canStart ? "true" : "false")}} },
          {{string.Join(", ", Outputs.Select(o => $$"""
          "{{o}}": { "memoryReference": { "id": "{{o}}" } }
          """))}}{{members}} }
        """;

    public static string Respond(string content, string members = "") => $$"""{ "id": "respond", "type": "Elsa.WriteHttpResponse", "content": {{content}}{{members}} }""";

    public static string Variable(string name) => $$"""{ "typeName": "Object", "expression": { "type": "Variable", "value": { "id": "{{name}}", "name": "{{name}}" } } }""";

    public static string Write(string variable, string id = "write") => $$"""{ "id": "{{id}}", "type": "Elsa.WriteLine", "text": {{Variable(variable)}} }""";

    private static readonly string[] Outputs = ["result", "parsedContent", "files", "file", "routeData", "queryStringData", "headers"];

    private static string Variables => string.Join(", ", Outputs.Append("answer").Select(o => $$"""{ "id": "{{o}}", "name": "{{o}}", "typeName": "Object" }"""));
}
