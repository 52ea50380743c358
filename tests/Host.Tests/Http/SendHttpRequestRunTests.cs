using System.Net;
using System.Text;
using Dag.Host.Tests.Web;
using Microsoft.AspNetCore.Http;

namespace Dag.Host.Tests.Http;

/// <summary>Workflows that call a server, in the whole service.</summary>
public sealed class SendHttpRequestRunTests : IDisposable
{
    private const string Secret = "kR4hT0penSesame";
    private readonly TempFolder _folder = new();
    private readonly string _name = $"DAG_TEST_{Guid.NewGuid():N}";

    public SendHttpRequestRunTests() => Environment.SetEnvironmentVariable(_name, Secret);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(_name, null);
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Literal", "Bearer secret:{0}")]
    [InlineData("JavaScript", "'Bearer ' + 'secret:{0}'")]
    public async Task A_secret_reaches_the_server_and_nothing_that_is_stored_and_the_case_runs_with_the_answer(string language, string authorization)
    {
        await using var server = await CalledServer.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 201;
            return context.Response.WriteAsJsonAsync(new { name = "Ada" });
        });
        var value = string.Format(System.Globalization.CultureInfo.InvariantCulture, authorization, _name);
        await using (var test = await StartAsync())
        {
            await test.PublishAsync($$"""
                { "definitionId": "call", "name": "call", "variables": [{ "id": "answer", "name": "answer", "typeName": "Object" }],
                  "root": { "id": "seq", "type": "Elsa.Sequence", "activities": [
                    { "id": "send", "type": "Elsa.SendHttpRequest", "url": "{{server.Address}}", "method": "POST", "content": {{Expression("Object", "{\\\"a\\\": 1}")}},
                      "authorization": {{Expression(language, value)}},
                      "requestHeaders": {{Expression("Object", $"{{\\\"X-Key\\\": \\\"secret:{_name}\\\"}}")}},
                      "parsedContent": { "typeName": "Object", "memoryReference": { "id": "answer" } },
                      "expectedStatusCodes": [
                        { "statusCode": 200, "activity": { "id": "wrong", "type": "Elsa.WriteLine", "text": "wrong" } },
                        { "statusCode": 201, "activity": { "id": "right", "type": "Elsa.WriteLine", "text": {{Expression("JavaScript", "variables.answer.name")}} } }] },
                    { "id": "after", "type": "Elsa.WriteLine", "text": "after" }] } }
                """);
            var id = await test.StartRunAsync("call");
            await test.WaitAsync(id, "Finished");

            var run = await test.GetJsonAsync($"/api/v1/runs/{id}");
            Assert.Equal(["Ada", "after"], run.GetProperty("lines").EnumerateArray().Select(l => l.GetString()));
            Assert.DoesNotContain(Secret, run.GetRawText());
        }

        var headers = Assert.Single(server.Requests);
        Assert.Equal(($"Bearer {Secret}", Secret), (headers.Authorization.ToString(), headers["X-Key"].ToString()));
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories), file => Holds(file, Secret));
    }

    [Fact]
    public async Task Attempts_are_repeated_as_the_server_asks_with_one_key_and_the_flow_goes_on_by_the_status_code()
    {
        await using var server = await CalledServer.StartAsync((context, before) =>
        {
            context.Response.StatusCode = before < 2 ? 503 : 200;
            context.Response.Headers.RetryAfter = "0";
            return Task.CompletedTask;
        });
        await using var test = await StartAsync();
        await test.PublishAsync($$"""
            { "definitionId": "call", "name": "call", "root": { "id": "f", "type": "Elsa.Flowchart", "activities": [
                { "id": "send", "type": "Elsa.FlowSendHttpRequest", "url": "{{server.Address}}", "method": "POST", "expectedStatusCodes": {{Expression("Object", "[200]")}},
                  "customProperties": { "retries": { "maxAttempts": 3, "delay": 0 } } },
                { "id": "ok", "type": "Elsa.WriteLine", "text": "ok" }, { "id": "done", "type": "Elsa.WriteLine", "text": "done" }],
              "connections": [{ "source": { "activity": "send", "port": "200" }, "target": { "activity": "ok" } }, { "source": { "activity": "send", "port": "Done" }, "target": { "activity": "done" } }] } }
            """);
        var id = await test.StartRunAsync("call");
        await test.WaitAsync(id, "Finished");

        var run = await test.GetJsonAsync($"/api/v1/runs/{id}");
        Assert.Equal(["ok", "done"], run.GetProperty("lines").EnumerateArray().Select(l => l.GetString()));
        Assert.Equal(3, server.Requests.Count);
        Assert.Single(server.Requests.Select(r => r["Idempotency-Key"].ToString()).Distinct());
    }

    [Fact]
    public async Task The_service_itself_cannot_be_called_unless_that_is_allowed()
    {
        await using var test = await StartAsync(allowed: false);
        await test.PublishAsync($$"""
            { "definitionId": "call", "name": "call", "root": { "id": "send", "type": "Elsa.SendHttpRequest", "url": "{{test.Client.BaseAddress}}api/v1/workflows" } }
            """);
        var id = await test.StartRunAsync("call");
        await test.WaitAsync(id, "Faulted");

        var incident = (await test.GetJsonAsync($"/api/v1/runs/{id}")).GetProperty("incidents")[0].GetProperty("message").GetString();
        Assert.Contains("a loopback or private address", incident);
    }

    private Task<TestServer> StartAsync(bool allowed = true) => TestServer.StartAsync(
        folder: Path.Combine(_folder.Path, "data"), configure: o => o with { AllowedNetworks = allowed ? [IPNetwork.Parse("127.0.0.0/8")] : [] });

    private static string Expression(string language, string value) =>
        $$"""{ "typeName": "Object", "expression": { "type": "{{language}}", "value": "{{value}}" } }""";

    private static bool Holds(string file, string text)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.GetBuffer().AsSpan(0, (int)content.Length).IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }
}
