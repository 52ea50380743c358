using System.Net;
using System.Net.Sockets;
using Dag.Host.Hosting;
using Dag.Host.Telemetry;
using Dag.Host.Tests.Web;
using Dag.Workflows.Running;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dag.Host.Tests.Telemetry;

public sealed class OtlpTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_and_each_attempt_is_a_span_and_logs_and_metrics_come_along()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        string id;
        await using (var test = await StartAsync(receiver.Options))
        {
            await test.PublishAsync(FlowJson.Sequence("spans", Notify("tell", "hello"), Convert("convert")));
            id = await test.StartRunAsync("spans");
            await test.WaitAsync(id, "Faulted");
            test.Server.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Microsoft.Noise").LogInformation("not told");
        }

        Assert.False(receiver.Holds("not told"));
        var spans = receiver.SpansOf(id).ToDictionary(s => s.Name);
        Assert.Equal(["convert", "run spans", "tell"], spans.Keys.Order());
        var run = spans["run spans"];
        Assert.Equal("", run.ParentId);
        Assert.Equal(("spans", "spans", 1L, "Faulted"), (run.Attributes["dag.workflow.name"], run.Attributes["dag.workflow.id"], run.Attributes["dag.workflow.version"], run.Attributes["dag.run.status"]));
        Assert.True(run.IsError);
        Assert.Contains("/nowhere.csv", run.Status, StringComparison.Ordinal);
        foreach (var attempt in new[] { spans["tell"], spans["convert"] })
        {
            Assert.Equal((run.TraceId, run.SpanId), (attempt.TraceId, attempt.ParentId));
            Assert.Equal(1L, attempt.Attributes["dag.attempt.number"]);
            Assert.True(run.Start <= attempt.Start && attempt.Start <= attempt.End && attempt.End <= run.End);
        }

        Assert.Equal(("Dag.Notify", "completed", false), (spans["tell"].Attributes["dag.activity.type"], spans["tell"].Attributes["dag.attempt.result"], spans["tell"].IsError));
        Assert.Equal(("failed", true), (spans["convert"].Attributes["dag.attempt.result"], spans["convert"].IsError));
        Assert.Contains("/nowhere.csv", (string)Assert.Single(spans["convert"].Events)["exception.message"], StringComparison.Ordinal);

        Assert.All(receiver.Resources, r => Assert.Equal("dag", r["service.name"]));
        Assert.Superset(new HashSet<string> { "dag.runs.started", "dag.attempt.duration", "dag.commit.duration", "dag.work.waiting", "dotnet.process.cpu.time" }, receiver.Metrics.ToHashSet());
        var log = receiver.Logs.Single(l => l.Attributes(6).GetValueOrDefault("RunId") is { } run && run.Equals(id) && l.All(5).Single().Text(1).Contains("hello", StringComparison.Ordinal));
        Assert.Equal((spans["tell"].TraceId, spans["tell"].SpanId), (log.Hex(9), log.Hex(10)));
    }

    [Fact]
    public async Task What_a_later_process_does_for_a_run_and_a_run_that_it_starts_belong_to_its_trace()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var data = Path.Combine(_folder.Path, "data");
        string id;
        string childId;
        await using (var first = await StartAsync(receiver.Options, data))
        {
            await first.PublishAsync(FlowJson.Sequence("child", """{ "id": "on", "type": "Elsa.Event", "canStartWorkflow": true, "customProperties": { "canStartWorkflow": true }, "eventName": { "typeName": "String", "expression": { "type": "Literal", "value": "Born" } } }""", FlowJson.WriteLine("w", "child")));
            await first.PublishAsync(FlowJson.Sequence(
                "parent", FlowJson.Event("e", "Go"), Notify("tell", "on"),
                """{ "id": "p", "type": "Elsa.PublishEvent", "eventName": { "typeName": "String", "expression": { "type": "Literal", "value": "Born" } } }"""));
            id = await first.StartRunAsync("parent");
            await first.WaitAsync(id, "Suspended");
        }

        var child = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (var second = await StartAsync(receiver.Options, data))
        {
            using var subscription = second.Engine.Feed.Listen(notice =>
            {
                if (notice is RunChanged { Run: { WorkflowName: "child", FinishedAt: not null } run })
                {
                    child.TrySetResult(run.Id);
                }
            });
            (await second.PostAsync("/api/v1/events/Go", "{}")).EnsureSuccessStatusCode();
            await second.WaitAsync(id, "Finished");
            childId = await child.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        }

        var spans = receiver.SpansOf(id, childId);
        var begun = spans.Single(s => s.Name == "run parent" && !s.Attributes.ContainsKey("dag.run.resumed"));
        var resumed = spans.Single(s => s.Name == "run parent" && s.Attributes.ContainsKey("dag.run.resumed"));
        Assert.Equal(("Running", "Finished"), (begun.Attributes["dag.run.status"], resumed.Attributes["dag.run.status"]));
        Assert.Equal((begun.TraceId, begun.SpanId), (resumed.TraceId, resumed.ParentId));
        Assert.Equal((begun.TraceId, begun.SpanId), Assert.Single(resumed.Links));
        var attempt = spans.Single(s => s.Name == "tell");
        Assert.Equal((resumed.TraceId, resumed.SpanId), (attempt.TraceId, attempt.ParentId));
        var started = spans.Single(s => s.Name == "run child");
        Assert.Equal((begun.TraceId, childId), (started.TraceId, started.Attributes["dag.run.id"]));
    }

    [Fact]
    public async Task A_request_that_names_its_trace_starts_a_run_in_it()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        string id;
        await using (var test = await StartAsync(receiver.Options))
        {
            await test.PublishAsync(FlowJson.Sequence("traced", FlowJson.WriteLine("w", "x")));
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/workflows/traced/runs") { Content = TestServer.Json("{}") };
            request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            id = (await TestServer.JsonAsync(await test.Client.SendAsync(request, Token))).GetProperty("id").GetString()!;
            await test.WaitAsync(id, "Finished");
        }

        var run = Assert.Single(receiver.SpansOf(id));
        Assert.Equal(("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"), (run.TraceId, run.ParentId));
    }

    [Theory]
    [InlineData("dead")]
    [InlineData("errors")]
    [InlineData("hangs")]
    public async Task A_receiver_in_trouble_disturbs_no_run(string trouble)
    {
        using var never = new CancellationTokenSource();
        await using var receiver = await OtlpReceiver.StartAsync(context => trouble == "hangs"
            ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, never.Token).WaitAsync(context.RequestAborted)
            : Fail(context));
        var address = trouble == "dead" ? $"http://127.0.0.1:{DeadPort()}" : receiver.Address;
        var options = TelemetryOptions.From(name => name == "OTEL_EXPORTER_OTLP_ENDPOINT" ? address : null);
        await using (var test = await StartAsync(options))
        {
            await test.PublishAsync(FlowJson.Sequence("troubled", Notify("tell", "hello"), FlowJson.WriteLine("w", "x")));
            var ids = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => test.StartRunAsync("troubled")));
            foreach (var id in ids)
            {
                await test.WaitAsync(id, "Finished");
            }
        }

        await never.CancelAsync();

        static Task Fail(HttpContext context)
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Secrets_are_in_nothing_that_is_sent()
    {
        const string name = "DAG_TEST_SECRET_OF_OTLP";
        const string secret = "swordfish/swordfish";
        Environment.SetEnvironmentVariable(name, secret);
        await using var receiver = await OtlpReceiver.StartAsync();
        string id;
        await using (var test = await StartAsync(receiver.Options))
        {
            var file = _folder.Write("a.csv", "a\n1\n");
            await test.PublishAsync(FlowJson.Sequence("secret", Notify("tell", $"secret:{name}"), Convert("convert", file, $"secret:{name}")));
            id = await test.StartRunAsync("secret");
            await test.WaitAsync(id, "Faulted");
            test.Server.Services.GetRequiredService<ILogger<OtlpTests>>().LogWarning(new InvalidOperationException($"with {secret}"), "about {Thing}", $"the {secret}");
        }

        Assert.Equal(3, receiver.Paths.Count());
        Assert.NotEmpty(receiver.SpansOf(id));
        Assert.False(receiver.Holds(secret));
        Assert.True(receiver.Holds("about the ***"));
    }

    private static Task<TestServer> StartAsync(TelemetryOptions telemetry, string? folder = null) =>
        TestServer.StartAsync(folder: folder, configure: o => o with { Telemetry = telemetry, Console = Verbosity.Silent });

    private static int DeadPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Notify(string id, string message) => $$"""{ "id": "{{id}}", "type": "Dag.Notify", "message": {{Literal(message)}} }""";

    private static string Convert(string id, string source = "/nowhere.csv", string dataset = "d") =>
        $$"""{ "id": "{{id}}", "type": "Dag.ConvertToParquet", "source": {{Literal(source)}}, "dataset": {{Literal(dataset)}} }""";

    private static string Literal(string value) => $$"""{ "typeName": "Object", "expression": { "type": "Literal", "value": "{{value}}" } }""";
}
