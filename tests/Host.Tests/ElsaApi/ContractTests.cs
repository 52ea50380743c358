using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dag.Host.Tests.Web;

namespace Dag.Host.Tests.ElsaApi;

/// <summary>Every call of Elsa Studio, in the order of a session, against the shape of its answer; then all of them with bad input.</summary>
public sealed class ContractTests
{
    private static readonly JsonObject Contract = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ElsaApi", "contract.json")))!.AsObject();

    // What nobody should send. Whether a body is an object at all, and whether its members are of the right kind.
    private static readonly string[] BadBodies =
    [
        "", "[", "null", "5", "\"text\"", "[]", "{\"model\":5}", "{\"model\":{\"root\":[]}}", "{\"model\":null}", "{\"ids\":5,\"definitionIds\":{}}",
        "{\"definitionIds\":[null],\"ids\":[null]}", "{\"workflowInstanceId\":7,\"activityNodeIds\":\"x\"}", "{\"filter\":[]}", "{\"page\":-1,\"pageSize\":0}",
        "{\"status\":\"Odd\"}", "{\"timestampFilters\":[{\"column\":\"x\",\"operator\":\"y\",\"timestamp\":\"z\"}]}", "{\"timestampFilters\":[null]}",
        "{\"versionOptions\":\"Odd\"}", "{\"versionOptions\":{}}", "{\"input\":[]}", "{\"context\":[]}",
        "{\"workflowDefinitionHandle\":5}", "{\"workflowDefinitionHandle\":{},\"activityHandle\":{}}", "{\"activityHandle\":null}", "{\"workflowInstanceIds\":[null]}",
        "{\"a\":" + new string('[', 300) + new string(']', 300) + "}",
        "{\"model\":{\"name\":\"x\",\"root\":{\"id\":\"f\",\"type\":\"Elsa.Flowchart\",\"activities\":[5,null,{\"id\":5}],\"connections\":[5,{\"source\":5}]},\"variables\":[5],\"inputs\":[null],\"outcomes\":[{}],\"options\":7,\"customProperties\":[]}}",
        "{\"model\":{\"name\":\"\\ud800\",\"root\":{}}}",
        "{\"model\":{\"id\":1,\"definitionId\":2,\"name\":3,\"version\":\"x\",\"root\":{\"type\":5}},\"publish\":\"yes\"}",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_is_answered_in_its_shape()
    {
        await using var test = await TestServer.StartAsync();
        var names = await PrepareAsync(test);
        var wrong = new List<string>();
        foreach (var call in Contract["calls"]!.AsArray().Select(c => c!.AsObject()))
        {
            wrong.AddRange((await DifferencesAsync(test, call, names)).Select(d => $"{NameOf(call)}: {d}"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Bad_input_is_refused_as_a_problem_and_never_an_error_of_the_service()
    {
        await using var test = await TestServer.StartAsync();
        var names = await PrepareAsync(test);
        var wrong = new List<string>();
        foreach (var call in Contract["calls"]!.AsArray().Select(c => c!.AsObject()).Where(c => !c.ContainsKey("delete")))
        {
            foreach (var (method, path, body) in Worsened(call, names))
            {
                using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : TestServer.Json(body) };
                var response = await test.Client.SendAsync(request, Token);
                // Kestrel itself refuses a path with a zero in it, before there is anybody to say why.
                var isProblem = path.Split('?')[0].Contains("%00", StringComparison.Ordinal) && response.StatusCode == HttpStatusCode.BadRequest ||
                    response.Content.Headers.ContentType?.MediaType == "application/problem+json";
                if ((int)response.StatusCode >= 500 || !response.IsSuccessStatusCode && !isProblem)
                {
                    wrong.Add($"{(int)response.StatusCode} {method} {path} {body?[..Math.Min(body.Length, 80)]}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    private static IEnumerable<(HttpMethod Method, string Path, string? Body)> Worsened(JsonObject call, Dictionary<string, string> names)
    {
        var (method, path) = MethodAndPath(call);
        if (method == HttpMethod.Post)
        {
            foreach (var body in BadBodies)
            {
                yield return (method, Filled(path, names), body);
            }
        }

        var good = call["body"] is { } sent ? Filled(sent.ToJsonString(), names) : method == HttpMethod.Post ? "{}" : null;
        foreach (var bad in (string[])["nowhere", "%00", "..%2f..", "%F0%9F%98%80", new string('x', 3000), "a%3A9", "%25"])
        {
            yield return (method, path.Replace("{run}", bad, StringComparison.Ordinal).Replace("{version}", bad, StringComparison.Ordinal).Replace("{execution}", bad, StringComparison.Ordinal)
                .Replace("main", bad, StringComparison.Ordinal).Replace("part", bad, StringComparison.Ordinal), good);
        }

        var start = path.IndexOf('?', StringComparison.Ordinal);
        if (start < 0)
        {
            yield break;
        }

        foreach (var bad in (string[])["", "-1", "99999999999999999999", "Odd", "%00", "%ED%A0%80", "a%20b"])
        {
            yield return (method, Filled(path[..start], names) + "?" + string.Join('&', path[(start + 1)..].Split('&').Select(p => $"{p.Split('=')[0]}={bad}")), good);
        }
    }

    private static async Task<IEnumerable<string>> DifferencesAsync(TestServer test, JsonObject call, Dictionary<string, string> names)
    {
        var (method, path) = MethodAndPath(call);
        using var request = new HttpRequestMessage(method, Filled(path, names));
        if (call["body"] is { } body)
        {
            request.Content = TestServer.Json(Filled(body.ToJsonString(), names));
        }
        else if (method == HttpMethod.Post)
        {
            // Studio sends no body at all here, from a page of the service.
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
        }

        var response = await test.Client.SendAsync(request, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        if (response.StatusCode != (HttpStatusCode)(call["status"]?.GetValue<int>() ?? 200))
        {
            return [$"{(int)response.StatusCode} {text}"];
        }

        if (call["header"] is { } header && !response.Headers.Contains(header.GetValue<string>()))
        {
            return [$"the header {header} is missing"];
        }

        if (call["type"] is { } type)
        {
            var actual = response.Content.Headers.ContentType?.MediaType;
            return actual == type.GetValue<string>() && response.Content.Headers.ContentDisposition?.FileName is { Length: > 0 } ? [] : [$"it is no file of the type {type} but {actual}"];
        }

        if (call["answer"] is not { } answer)
        {
            return text.Length == 0 ? [] : ["the answer is not empty"];
        }

        return Shape.Differences(JsonSerializer.SerializeToElement(Expanded(answer)), JsonSerializer.Deserialize<JsonElement>(text));
    }

    // "#name" stands for a shape that several answers share.
    private static JsonNode? Expanded(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Select(m => KeyValuePair.Create(m.Key, Expanded(m.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Expanded)]),
        JsonValue v when v.TryGetValue<string>(out var text) && text.StartsWith('#') => Expanded(Contract["shapes"]![text[1..]]),
        _ => node?.DeepClone(),
    };

    private static (HttpMethod Method, string Path) MethodAndPath(JsonObject call)
    {
        var (name, path) = call.First(m => m.Key is "get" or "post" or "delete");
        return (new HttpMethod(name.ToUpperInvariant()), "/elsa/api/" + path!.GetValue<string>());
    }

    private static string NameOf(JsonObject call) => string.Join(' ', MethodAndPath(call));

    private static string Filled(string text, Dictionary<string, string> names) => names.Aggregate(text, (t, n) => t.Replace($"{{{n.Key}}}", n.Value, StringComparison.Ordinal));

    // A workflow that uses another one, holds a loop, and faults; published, run, and with a draft after it.
    private static async Task<Dictionary<string, string>> PrepareAsync(TestServer test)
    {
        await test.PublishAsync("""
            { "definitionId": "part", "name": "Part", "version": 1, "options": { "usableAsActivity": true },
              "root": { "id": "seq", "type": "Elsa.Sequence", "activities": [] } }
            """);
        const string Main = """
            { "definitionId": "main", "name": "Main", "version": 1, "inputs": [ { "name": "day", "type": "String" } ],
              "variables": [ { "id": "v1", "name": "who", "typeName": "String", "value": "me" } ],
              "root": { "id": "flow", "type": "Elsa.Flowchart", "version": 1, "activities": [
                { "id": "say", "type": "Elsa.WriteLine", "version": 1, "text": { "typeName": "String", "expression": { "type": "Literal", "value": "hello" } } },
                { "id": "loop", "type": "Elsa.For", "version": 1, "body": { "id": "body", "type": "Elsa.Sequence", "activities": [] } },
                { "id": "uses", "type": "Part", "version": 1 },
                { "id": "fail", "type": "Elsa.Fault", "version": 1, "message": { "typeName": "String", "expression": { "type": "Literal", "value": "it broke" } } } ],
                "connections": [ { "source": { "activity": "say", "port": "Done" }, "target": { "activity": "loop", "port": "In" } },
                  { "source": { "activity": "loop", "port": "Done" }, "target": { "activity": "uses", "port": "In" } },
                  { "source": { "activity": "uses", "port": "Done" }, "target": { "activity": "fail", "port": "In" } } ] } }
            """;
        await test.PublishAsync(Main);
        var run = await test.StartRunAsync("main");
        await test.WaitAsync(run, "Faulted");
        var version = (await test.GetJsonAsync("/elsa/api/workflow-definitions/by-definition-id/main")).GetProperty("id").GetString()!;
        (await test.PostAsync("/elsa/api/workflow-definitions", $$"""{ "model": {{Main}}, "publish": false }""")).EnsureSuccessStatusCode();
        return new() { ["run"] = run, ["version"] = version, ["execution"] = $"{run}:3" };
    }
}
