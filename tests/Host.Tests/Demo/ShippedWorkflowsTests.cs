using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Host.Demo;
using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Host.Tests.Demo;

/// <summary>Every workflow that is shipped can be published, and runs to its end.</summary>
public sealed class ShippedWorkflowsTests : IDisposable
{
    // What a run by hand is given; a workflow that needs nothing needs no line here.
    private static readonly Dictionary<string, Func<Dictionary<string, object?>>> Inputs = new()
    {
        ["retrain-on-new-data"] = () => new() { ["file"] = Path.Combine(DemoFiles.Flights(), "flights-2k.json") },
        ["import-with-quarantine"] = () => new() { ["file"] = Path.Combine(DemoFiles.Flights(), "airports.csv") },
        ["nightly-flight-report"] = () => new() { ["intervalStart"] = "2001-01-10T00:00:00Z", ["intervalEnd"] = "2001-01-11T00:00:00Z" },
    };

    // What must have run before.
    private static readonly Dictionary<string, string> Before = new() { ["nightly-flight-report"] = "retrain-on-new-data" };

    private readonly string _folder = Directory.CreateTempSubdirectory("dag-shipped-").FullName;

    private static string Shipped => Path.GetDirectoryName(DemoFiles.Workflow())!;

    public static TheoryData<string> Names =>
    [
        .. Directory.GetFiles(Shipped, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Where(n => !n.EndsWith(".schema", StringComparison.Ordinal)).Order(),
    ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_valid_and_runs_to_its_end(string name)
    {
        await using var node = await WorkingNode.StartAsync(_folder);
        if (Before.TryGetValue(name, out var before))
        {
            await node.RunAsync(await ReadAsync(before), Inputs[before]());
        }

        var definition = await ReadAsync(name);
        Assert.Empty(GraphCompiler.Validate(definition, node.Services.GetRequiredService<ActivityCatalog>()));

        var report = await node.RunAsync(definition, Inputs.GetValueOrDefault(name)?.Invoke() ?? []);
        Assert.Equal(("Finished", 0), (report.SubStatus, report.Incidents.Count));
        Assert.DoesNotContain(report.Executions, e => e.Outcomes?.Contains("Failed") == true);
    }

    [Fact]
    public async Task The_import_sets_rows_aside_gives_them_back_and_appends_the_others()
    {
        await using var node = await WorkingNode.StartAsync(_folder);
        var report = await node.RunAsync(await ReadAsync("import-with-quarantine"), Inputs["import-with-quarantine"]());

        var check = report.Executions.Single(e => e.ActivityId == "check").Outputs;
        Assert.Equal((3376L, 12L), (Convert.ToInt64(check["Rows"], null), Convert.ToInt64(check["RejectedRows"], null)));
        var lake = node.Services.GetRequiredService<DataLake>();
        Assert.Equal(3364, (await lake.GetAsync(new DatasetReference("airports"), CancellationToken.None)).Rows);
        var back = await File.ReadAllLinesAsync(Path.Combine(_folder, "exports", "rejected", "airports.rejected-1.csv"));
        Assert.Equal("iata,name,city,state,country,latitude,longitude,failed_checks", back[0]);
        Assert.Equal(12, back.Skip(1).Count(l => l.EndsWith(",city is missing", StringComparison.Ordinal)));
        var told = (string)report.Executions.Single(e => e.ActivityId == "tell-rejected").Outputs["Text"]!;
        Assert.StartsWith("12 of 3,376 airports of ", told);
        Assert.Contains("city is missing: 12 of 3,376 rows fail", told);
    }

    [Fact]
    public async Task An_import_with_too_many_bad_rows_is_refused_as_a_whole()
    {
        var file = Path.Combine(_folder, "bad.csv");
        await File.WriteAllTextAsync(file, "iata,name,city,state,country,latitude,longitude\nAAA,a,a,CA,USA,1,1\nBBB,b,b,CA,USA,91,1\n");
        await using var node = await WorkingNode.StartAsync(_folder);
        var report = await node.RunAsync(await ReadAsync("import-with-quarantine"), new Dictionary<string, object?> { ["file"] = file });

        Assert.Contains("would be set aside, more than maxRejected allows", (string)report.Executions.Single(e => e.ActivityId == "tell-failed").Outputs["Text"]!, StringComparison.Ordinal);
        Assert.Null(await node.Services.GetRequiredService<DataLake>().FindAsync(new DatasetReference("airports"), CancellationToken.None));
    }

    [Fact]
    public async Task The_nightly_report_holds_the_flights_of_its_interval()
    {
        await using var node = await WorkingNode.StartAsync(_folder);
        await node.RunAsync(await ReadAsync("retrain-on-new-data"), Inputs["retrain-on-new-data"]());

        await node.RunAsync(await ReadAsync("nightly-flight-report"), Inputs["nightly-flight-report"]());

        var lines = await File.ReadAllLinesAsync(Path.Combine(_folder, "exports", "nightly", "flights-nightly-1.csv"));
        var lake = node.Services.GetRequiredService<DataLake>();
        using var connection = node.Services.GetRequiredService<DuckDbEngine>().Open();
        var flights = await lake.GetAsync(new DatasetReference("flights"), CancellationToken.None);
        Assert.Equal("origin,flights,mean_delay,worst_delay", lines[0]);
        Assert.Equal(
            connection.Scalar($"SELECT count(*) FROM {lake.RelationOf(flights)} WHERE date >= '2001-01-10' AND date < '2001-01-11'"),
            lines.Skip(1).Sum(l => long.Parse(l.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture)));

        var empty = await node.RunAsync(await ReadAsync("nightly-flight-report"), new Dictionary<string, object?>());
        Assert.Contains("flights in the interval: 0 rows", (string)empty.Executions.Single(e => e.ActivityId == "tell-failed").Outputs["Text"]!, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_opens_in_the_designer_with_a_place_and_a_name_for_each_activity(string name)
    {
        using var document = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Shipped, name + ".json")));
        var root = document.RootElement.GetProperty("root");
        if (root.GetProperty("type").GetString() != "Elsa.Flowchart")
        {
            return;
        }

        foreach (var activity in root.GetProperty("activities").EnumerateArray())
        {
            Assert.EndsWith(":" + activity.GetProperty("id").GetString(), activity.GetProperty("nodeId").GetString());
            var metadata = activity.GetProperty("metadata");
            Assert.NotEqual("", metadata.GetProperty("displayText").GetString());
            Assert.True(metadata.GetProperty("designer").GetProperty("position").GetProperty("x").GetDouble() >= 0);
        }
    }

    private static async Task<WorkflowDefinition> ReadAsync(string name) =>
        DefinitionReader.Read(await File.ReadAllBytesAsync(Path.Combine(Shipped, name + ".json"), TestContext.Current.CancellationToken));
}
