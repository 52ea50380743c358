using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Dag.Benchmarks;

/// <summary>
/// Webhooks from this machine to the service as a process of its own, on SQLite with synchronous FULL: each starts a run, and is answered
/// when that is stored. The load is of fixed length, from 64 callers, and shares the processors with the service.
/// </summary>
internal static class WebhookBenchmark
{
    private const int Callers = 64;
    private const int Rounds = 5;
    private const string Secret = "a secret for this benchmark";
    private const string SecretVariable = "DAG_BENCH_SECRET";

    public static async Task<IReadOnlyList<Figure>> RunAsync(bool quick, CancellationToken cancellationToken)
    {
        var requests = quick ? 1000 : 5000;
        await using var service = await ServiceProcess.StartAsync(cancellationToken, new Dictionary<string, string> { [SecretVariable] = Secret });
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Callers }) { BaseAddress = service.Address };
        await PublishAsync(client, "plain", "", """{ "id": "w", "type": "Elsa.WriteLine", "text": "taken" }""", cancellationToken);
        await PublishAsync(client, "answered", "", """{ "id": "r", "type": "Elsa.WriteHttpResponse", "content": "done" }""", cancellationToken);
        await PublishAsync(client, "signed", $$""", "signingSecret": "secret:{{SecretVariable}}" """, """{ "id": "w", "type": "Elsa.WriteLine", "text": "taken" }""", cancellationToken);

        var nobody = await MeasureAsync(() => LoadAsync(client, requests, "nobody", HttpStatusCode.NotFound, cancellationToken));
        var yardstick = $"a path that nobody answers (404), same load: {Figure.Text(Median(nobody.Rates))}/s";
        var figures = new List<Figure>();
        foreach (var (path, what, expected) in ((string, string, HttpStatusCode)[])
        [
            ("plain", "accepted with 202", HttpStatusCode.Accepted),
            ("answered", "answered by the workflow", HttpStatusCode.OK),
            ("signed", "signed, with an idempotency key, accepted with 202", HttpStatusCode.Accepted),
        ])
        {
            await LoadAsync(client, requests, path, expected, cancellationToken);
            var (before, used) = (service.Megabytes, service.ProcessorTime);
            var (rates, slowest) = await MeasureAsync(() => LoadAsync(client, requests, path, expected, cancellationToken));
            figures.Add(Figure.Of($"{requests:N0} webhooks from {Callers} callers, {what}", "webhooks/s", rates) with { AtLeast = 1000, Yardstick = yardstick });
            figures.Add(Figure.Of("  of them 99 in 100 within", "ms", slowest));
            figures.Add(Figure.Of("  processor time of the service for each", "ms", [(service.ProcessorTime - used).TotalMilliseconds / (Rounds * requests)]));
            figures.Add(Figure.Of($"  resident memory after {Rounds * requests:N0} of them, beside before", "MB more", [service.Megabytes - before]) with
            {
                Yardstick = $"{Figure.Text(before)} MB before",
            });
        }

        return figures;
    }

    private static async Task PublishAsync(HttpClient client, string id, string endpoint, string activity, CancellationToken cancellationToken)
    {
        var workflow = $$"""
            { "definitionId": "{{id}}", "name": "{{id}}", "variables": [{ "id": "body", "name": "body" }], "root": { "id": "s", "type": "Elsa.Sequence", "activities": [
              { "id": "hook", "type": "Elsa.HttpEndpoint", "path": "{{id}}", "supportedMethods": ["POST"], "customProperties": { "canStartWorkflow": true },
                "parsedContent": { "memoryReference": { "id": "body" } }{{endpoint}} }, {{activity}}] } }
            """;
        using var content = new StringContent(workflow, Encoding.UTF8, "application/json");
        (await client.PostAsync("/api/v1/workflows", content, cancellationToken)).EnsureSuccessStatusCode();
    }

    private static async Task<(List<double> Rates, List<double> Slowest)> MeasureAsync(Func<Task<(double Rate, double Slowest)>> once)
    {
        var (rates, slowest) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var (rate, milliseconds) = await once();
            rates.Add(rate);
            slowest.Add(milliseconds);
        }

        return (rates, slowest);
    }

    private static async Task<(double Rate, double Slowest)> LoadAsync(
        HttpClient client, int requests, string path, HttpStatusCode expected, CancellationToken cancellationToken)
    {
        var next = -1;
        var took = new double[requests];
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(
            async () =>
            {
                int i;
                while ((i = Interlocked.Increment(ref next)) < requests)
                {
                    var began = Stopwatch.GetTimestamp();
                    using var request = Request(path, i);
                    using var response = await client.SendAsync(request, cancellationToken);
                    took[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                    if (response.StatusCode != expected)
                    {
                        throw new InvalidOperationException($"/hooks/{path} answered {response.StatusCode}.");
                    }
                }
            },
            cancellationToken)));
        var rate = requests / watch.Elapsed.TotalSeconds;
        Array.Sort(took);
        return (rate, took[(int)(requests * 0.99)]);
    }

    private static HttpRequestMessage Request(string path, int i)
    {
        var body = $$"""{"order":{{i}},"customer":{"name":"Ada Lovelace","city":"London"},"lines":[{"item":"tea","count":2},{"item":"milk","count":1}]}""";
        var request = new HttpRequestMessage(HttpMethod.Post, $"/hooks/{path}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (path == "signed")
        {
            var timestamp = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000m).ToString(CultureInfo.InvariantCulture);
            var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{timestamp}.POST./hooks/{path}.{body}"));
            request.Headers.Add("X-Dag-Timestamp", timestamp);
            request.Headers.Add("X-Dag-Signature", "sha256=" + Convert.ToHexStringLower(signature));
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
        }

        return request;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
