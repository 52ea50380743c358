using System.IO.Compression;
using Dag.Activities.Lake;
using Dag.Activities.Tests.Lake;
using Dag.Activities.Transform;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Activities.Tests.Transform;

/// <summary>Runs the activity on files of a folder of its own.</summary>
internal sealed class ConvertFixture : IAsyncDisposable
{
    private readonly LakeFixture _lake;
    private int _executions;

    private ConvertFixture(LakeFixture lake) => _lake = lake;

    public TempFolder Folder => _lake.Folder;

    public DataLake Lake => _lake.Lake;

    public List<WorkProgress> Progress { get; } = [];

    public static async Task<ConvertFixture> CreateAsync() => new(await LakeFixture.CreateAsync());

    public string Write(string name, string text) => Folder.Write(name, text);

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(Folder.File(name), bytes);
        return Folder.File(name);
    }

    public static byte[] Gzip(string text)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }

        return target.ToArray();
    }

    public ConvertToParquet Activity(string source, Action<ConvertToParquet>? configure = null)
    {
        var activity = new ConvertToParquet(Lake, _lake.Engine, TimeProvider.System, NullLogger<ConvertToParquet>.Instance)
        {
            Source = [source],
            Dataset = "flights",
        };
        configure?.Invoke(activity);
        return activity;
    }

    public async Task<ConvertToParquet> ConvertAsync(
        string source, Action<ConvertToParquet>? configure = null, string? key = null, CancellationToken cancellationToken = default)
    {
        var activity = Activity(source, configure);
        await activity.ExecuteAsync(Context(key), cancellationToken);
        return activity;
    }

    public async Task<string> FaultAsync(string source, Action<ConvertToParquet>? configure = null)
    {
        var versions = (await Lake.ListAsync(CancellationToken.None)).Sum(d => d.Versions);
        var fault = await Assert.ThrowsAsync<ActivityException>(() => ConvertAsync(source, configure));

        // Whatever is wrong: nothing is published and nothing is left lying about.
        Assert.Equal(versions, (await Lake.ListAsync(CancellationToken.None)).Sum(d => d.Versions));
        Assert.Equal(0, await Lake.SweepAsync(TimeSpan.MinValue, CancellationToken.None));
        return fault.Message.Replace(Folder.FullName + Path.DirectorySeparatorChar, "");
    }

    public async Task<object?> QueryAsync(string select, string dataset = "flights") =>
        _lake.Query(select, await Lake.GetAsync(DatasetReference.Parse(dataset), CancellationToken.None));

    public async Task<string> ColumnsAsync(string dataset = "flights") => string.Join(
        ", ", (await Lake.GetAsync(DatasetReference.Parse(dataset), CancellationToken.None)).Columns.Select(c => $"{c.Name} {c.Type}"));

    public ValueTask DisposeAsync() => _lake.DisposeAsync();

    private WorkContext Context(string? key)
    {
        var execution = ++_executions;
        return new WorkContext
        {
            RunId = "run-1",
            WorkflowName = "retrain",
            ActivityId = "convert",
            ExecutionId = execution,
            Attempt = 1,
            IdempotencyKey = key ?? $"key-{execution}",
            ProgressSink = progress =>
            {
                lock (Progress)
                {
                    Progress.Add(progress);
                }
            },
        };
    }
}
