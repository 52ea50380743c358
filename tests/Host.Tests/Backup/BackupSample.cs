using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Activities.Models;
using Dag.Host.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Host.Tests.Backup;

/// <summary>A service with datasets that share files, a model, a run that is over and one that waits.</summary>
internal static class BackupSample
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Fills a service.</summary>
    /// <returns>The run that waits for the event Go.</returns>
    public static async Task<string> FillAsync(TestServer test, TempFolder folder)
    {
        var csv = folder.Write("rows.csv", "a,b\n" + string.Concat(Enumerable.Range(1, 200).Select(i => $"{i},{i % 7}\n")));
        var train = $$"""{ "id": "train", "type": "Dag.TrainModel", "dataset": {{Literal("numbers")}}, "target": {{Literal("b")}}, "candidates": {{Literal("dummy")}} }""";
        await test.PublishAsync(FlowJson.Sequence("fill", Convert("one", csv), Convert("two", csv), train));
        await test.WaitAsync(await test.StartRunAsync("fill"), "Finished");
        await test.PublishAsync(FlowJson.Sequence("waiting", FlowJson.WriteLine("a", "before"), FlowJson.Event("e", "Go"), FlowJson.WriteLine("b", "after")));
        var waiting = await test.StartRunAsync("waiting");
        await test.WaitAsync(waiting, "Suspended");
        return waiting;
    }

    /// <summary>The run goes on, and every version that is published can be read.</summary>
    public static async Task CheckAsync(TestServer test, string waiting)
    {
        (await test.PostAsync("/api/v1/events/Go", "{}")).EnsureSuccessStatusCode();
        await test.WaitAsync(waiting, "Finished");
        Assert.Equal(["before", "after"], (await test.Engine.ReportAsync(waiting, Token))!.Lines);
        Assert.Equal((2, 1), await ReadAllAsync(test.Server.Services));
    }

    /// <summary>Reads every row of every dataset version and loads every model version.</summary>
    /// <returns>How many versions there are of datasets and of models.</returns>
    public static async Task<(int Datasets, int Models)> ReadAllAsync(IServiceProvider services)
    {
        var (datasets, models) = (0, 0);
        var lake = services.GetRequiredService<DataLake>();
        using var duckDb = services.GetRequiredService<DuckDbEngine>().Open();
        foreach (var dataset in await lake.ListAsync(Token))
        {
            foreach (var version in await lake.ListVersionsAsync(dataset.Dataset, int.MaxValue, Token))
            {
                duckDb.Execute($"CREATE OR REPLACE TEMP TABLE t AS SELECT * FROM {lake.RelationOf(version)} LIMIT 0", Token);
                Assert.Equal(version.Rows, duckDb.Execute($"INSERT INTO t SELECT * FROM {lake.RelationOf(version)}", Token));
                datasets++;
            }
        }

        var registry = services.GetRequiredService<ModelRegistry>();
        foreach (var model in await registry.ListAsync(Token))
        {
            foreach (var version in await registry.ListVersionsAsync(model.Model, int.MaxValue, Token))
            {
                await registry.LoadAsync(version, Token);
                models++;
            }
        }

        return (datasets, models);
    }

    public static string Convert(string id, string csv) =>
        $$"""{ "id": "{{id}}", "type": "Dag.ConvertToParquet", "source": {{Literal(csv)}}, "dataset": {{Literal("numbers")}} }""";

    public static string Literal(string value) => $$"""{ "typeName": "Object", "expression": { "type": "Literal", "value": "{{value}}" } }""";
}
