using System.Diagnostics;
using System.Text;
using Dag.Host.Hosting;
using Dag.Host.Web;
using Dag.Tests;
using Dag.Workflows.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Benchmarks;

/// <summary>How soon the pages of lists come over HTTP that Studio and the API ask for, with 1,000 workflows and 100,000 runs in the database.</summary>
internal static class ListBenchmark
{
    private const double MostMilliseconds = 100;

    public static async Task<IReadOnlyList<Figure>> RunAsync(bool quick, CancellationToken cancellationToken)
    {
        var figures = new List<Figure>();
        await using var server = new PostgreSqlServer();
        await using var postgreSql = (PostgreSqlTestDatabase)await server.CreateDatabaseAsync(empty: false);
        foreach (var (name, connection) in ((string, string?)[])[("SQLite", null), ("PostgreSQL", postgreSql.Connection)])
        {
            var folder = Directory.CreateTempSubdirectory("dag-bench-lists-").FullName;
            try
            {
                figures.AddRange(await MeasureAsync(name, folder, connection, repetitions: quick ? 3 : 5, cancellationToken));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return figures;
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(string name, string folder, string? connection, int repetitions, CancellationToken cancellationToken)
    {
        var options = new DagHostOptions { DataFolder = folder, ConnectionString = connection, Console = Verbosity.Problems };
        await using var service = await DagServer.StartAsync(options, new WebOptions { Urls = ["http://127.0.0.1:0"] }, cancellationToken);
        await ListData.FillAsync(service.Services.GetRequiredService<MetadataDatabase>(), cancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(service.Addresses[0]) };
        var figures = new List<Figure>();
        foreach (var page in ListPage.All)
        {
            var times = new List<double>();
            for (var i = 0; i < repetitions + 2; i++)
            {
                times.Add(await AskAsync(client, page, cancellationToken));
            }

            figures.Add(Figure.Of($"{name}, {page.What}", "ms", times.Skip(2)) with { AtMost = MostMilliseconds });
        }

        return figures;
    }

    private static async Task<double> AskAsync(HttpClient client, ListPage page, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(page.Body is null ? HttpMethod.Get : HttpMethod.Post, page.Path);
        request.Content = page.Body is null ? null : new StringContent(page.Body, Encoding.UTF8, "application/json");
        var watch = Stopwatch.StartNew();
        using var response = await client.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode ? watch.Elapsed.TotalMilliseconds : throw new InvalidOperationException($"{page.Path} {page.Body}: {answer}");
    }
}
