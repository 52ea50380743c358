using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dag.Activities.DuckDb;
using Dag.Host.Metrics;
using Dag.Host.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Host.Tests.Metrics;

public sealed partial class MetricsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_a_service_did_is_counted()
    {
        await using var test = await TestServer.StartAsync();
        await FillAsync(test);

        var read = await ReadAsync(test);
        Assert.Equal(2, read["dag_runs_started_total{workflow=\"good\"}"]);
        Assert.Equal(2, read["dag_runs_finished_total{workflow=\"good\",status=\"Finished\"}"]);
        Assert.Equal(1, read["dag_runs_finished_total{workflow=\"bad\",status=\"Faulted\"}"]);
        Assert.Equal(2, read["dag_run_duration_seconds_count{workflow=\"good\",status=\"Finished\"}"]);
        Assert.Equal(1, read["dag_runs_active"]);
        Assert.Equal(1, read["dag_executions_total{status=\"faulted\"}"]);
        Assert.True(read["dag_executions_total{status=\"completed\"}"] >= 6);
        Assert.Equal(2, read["dag_attempts_started_total{type=\"Dag.Notify\"}"]);
        Assert.Equal(2, read["dag_attempts_finished_total{type=\"Dag.Notify\",result=\"completed\"}"]);
        Assert.Equal(1, read["dag_attempts_finished_total{type=\"Dag.ConvertToParquet\",result=\"failed\"}"]);
        Assert.Equal(2, read["dag_attempt_duration_seconds_count{type=\"Dag.Notify\",result=\"completed\"}"]);
        Assert.Equal((0, 0), (read["dag_work_waiting"], read["dag_work_slots{state=\"busy\"}"]));
        Assert.True(read["dag_work_slots{state=\"free\"}"] > 0);
        Assert.True(read["dag_burst_duration_seconds_count"] >= 4);
        Assert.True(read["dag_commit_duration_seconds_count"] > 0);
        Assert.Equal(read["dag_commit_duration_seconds_count"], read["dag_commit_writes_count"]);
        Assert.Equal((1, 1), (read["dag_triggers_armed{type=\"Dag.FilesArrived\"}"], read["dag_triggers_problems{type=\"Dag.FilesArrived\"}"]));
        Assert.True(read["dag_script_children{state=\"idle\"}"] >= 1);
        Assert.True(read["dotnet_process_cpu_time_seconds_total{cpu_mode=\"user\"}"] > 0);
        Assert.True(read["dotnet_process_memory_working_set_bytes"] > 0);
        Assert.Contains(read.Samples.Keys, k => k.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal)
            && k.Contains("http_route=\"/api/v1/workflows/{id}/runs\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Memory_of_the_data_engine_is_what_its_open_databases_hold()
    {
        await using var test = await TestServer.StartAsync();
        Assert.Equal(0, (await ReadAsync(test))["dag_duckdb_databases"]);
        using (var connection = test.Server.Services.GetRequiredService<DuckDbEngine>().Open())
        {
            connection.Execute("CREATE TABLE t AS SELECT range AS n FROM range(1000000)", Token);
            var read = await ReadAsync(test);
            Assert.Equal(1, read["dag_duckdb_databases"]);
            Assert.True(read["dag_duckdb_usage_bytes{where=\"memory\"}"] > 100_000);
            Assert.Equal(0, read["dag_duckdb_usage_bytes{where=\"disk\"}"]);
        }

        Assert.Equal((0, 0), ((await ReadAsync(test))["dag_duckdb_databases"], (await ReadAsync(test))["dag_duckdb_usage_bytes{where=\"memory\"}"]));
    }

    [Fact]
    public async Task Metrics_need_the_key_where_everything_does()
    {
        await using var test = await TestServer.StartAsync(apiKey: "k");
        Assert.Equal(HttpStatusCode.Unauthorized, (await test.Client.GetAsync("/metrics", Token)).StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Authorization = new("Bearer", "k");
        var response = await test.Client.SendAsync(request, Token);
        Assert.Equal(PrometheusText.ContentType, response.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Every_metric_is_documented_and_the_dashboard_names_none_that_is_not_there()
    {
        await using var test = await TestServer.StartAsync();
        await FillAsync(test);
        await ReadAsync(test);
        var known = test.Server.Services.GetRequiredService<MetricRegistry>().Names;

        var documented = Metric().Matches(await File.ReadAllTextAsync(InRepository("docs/observability.md"), Token)).Select(m => m.Value);
        Assert.Equal(known.Where(n => n.StartsWith("dag_", StringComparison.Ordinal)), documented.Distinct().Order(StringComparer.Ordinal));

        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(InRepository("grafana/dag.json"), Token));
        var expressions = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(p => p.GetProperty("targets").EnumerateArray()).Select(t => t.GetProperty("expr").GetString()!).ToList();
        Assert.True(expressions.Count > 15);
        var named = expressions.SelectMany(e => Selector().Matches(e)).Select(m => m.Groups["name"].Value).ToHashSet();
        Assert.All(named, n => Assert.Contains(known.Contains(n) ? n : HistogramPart().Replace(n, ""), known));
        Assert.All(expressions, e => Assert.Matches(Selector(), e));
    }

    private static string InRepository(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Dag.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder.FullName, name);
    }

    [GeneratedRegex(@"\bdag_\w+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"(?<name>[a-z]\w+)\{", RegexOptions.ExplicitCapture)]
    private static partial Regex Selector();

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture)]
    private static partial Regex HistogramPart();

    private async Task FillAsync(TestServer test)
    {
        var notify = """{ "id": "n", "type": "Dag.Notify", "message": { "typeName": "String", "expression": { "type": "JavaScript", "value": "'a' + 'b'" } } }""";
        var convert = """{ "id": "c", "type": "Dag.ConvertToParquet", "source": { "typeName": "Object", "expression": { "type": "Literal", "value": "/nowhere.csv" } }, "dataset": { "typeName": "String", "expression": { "type": "Literal", "value": "d" } } }""";
        var arrived = $$"""{ "id": "f", "type": "Dag.FilesArrived", "canStartWorkflow": true, "customProperties": { "canStartWorkflow": true }, "folder": { "typeName": "String", "expression": { "type": "Literal", "value": "{{Path.Combine(_folder.Path, "none")}}" } } }""";
        await test.PublishAsync(FlowJson.Sequence("good", notify, FlowJson.WriteLine("w", "x")));
        await test.PublishAsync(FlowJson.Sequence("bad", convert));
        await test.PublishAsync(FlowJson.Sequence("waiting", FlowJson.Event("e", "Go")));
        await test.PublishAsync(FlowJson.Sequence("arriving", arrived));
        await test.WaitAsync(await test.StartRunAsync("good"), "Finished");
        await test.WaitAsync(await test.StartRunAsync("good"), "Finished");
        await test.WaitAsync(await test.StartRunAsync("bad"), "Faulted");
        await test.WaitAsync(await test.StartRunAsync("waiting"), "Suspended");
    }

    private static async Task<PrometheusReader> ReadAsync(TestServer test) => PrometheusReader.Read(await test.Client.GetStringAsync("/metrics", Token));
}
