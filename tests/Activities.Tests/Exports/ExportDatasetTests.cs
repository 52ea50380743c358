using System.IO.Compression;
using Dag.Activities.Exports;
using Dag.Activities.Lake;
using Dag.Activities.Tests.Lake;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Activities.Tests.Exports;

public sealed class ExportDatasetTests : IAsyncLifetime
{
    private LakeFixture _lake = null!;
    private ExportOptions _options = null!;

    public async ValueTask InitializeAsync()
    {
        _lake = await LakeFixture.CreateAsync();
        _options = new ExportOptions { Folder = _lake.Folder.File("exports"), Roots = [_lake.Folder.File("allowed")] };
        await _lake.PublishRowsAsync("flights", "SELECT 1 AS id, 'a,b' AS note, DATE '2026-01-31' AS day UNION ALL SELECT 2, NULL, NULL ORDER BY id");
    }

    public ValueTask DisposeAsync() => _lake.DisposeAsync();

    [Theory]
    [InlineData(ExportFormat.Csv, "flights-1.csv", "id,note,day\n1,\"a,b\",2026-01-31\n2,,\n")]
    [InlineData(ExportFormat.Json, "flights-1.json", "[\n\t{\"id\":1,\"note\":\"a,b\",\"day\":\"2026-01-31\"},\n\t{\"id\":2,\"note\":null,\"day\":null}\n]\n")]
    [InlineData(ExportFormat.Jsonl, "flights-1.jsonl", "{\"id\":1,\"note\":\"a,b\",\"day\":\"2026-01-31\"}\n{\"id\":2,\"note\":null,\"day\":null}\n")]
    public async Task Rows_are_written_in_their_order(ExportFormat format, string name, string content)
    {
        var export = await ExportAsync(a => a.Format = format);

        Assert.Equal(Path.Combine(_options.Folder, name), export.File);
        Assert.Equal(content, await File.ReadAllTextAsync(export.File!));
        Assert.Equal((2L, (long)content.Length), (export.Rows, export.Bytes));
        Assert.Equal([name], Directory.GetFiles(_options.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Files_are_compressed_as_their_extension_says()
    {
        var gzip = await ExportAsync(a => a.Compression = ExportCompression.Gzip);
        await using var stream = new GZipStream(File.OpenRead(gzip.File!), CompressionMode.Decompress);
        Assert.StartsWith("id,note,day\n", await new StreamReader(stream).ReadToEndAsync());
        Assert.EndsWith("flights-1.csv.gz", gzip.File);

        var zstd = await ExportAsync(a => (a.Format, a.Compression) = (ExportFormat.Jsonl, ExportCompression.Zstd));
        Assert.EndsWith("flights-1.jsonl.zst", zstd.File);
        Assert.Equal([0x28, 0xb5, 0x2f, 0xfd], (await File.ReadAllBytesAsync(zstd.File!))[..4]);

        foreach (var (compression, codec) in new[] { (ExportCompression.Auto, "ZSTD"), (ExportCompression.None, "UNCOMPRESSED"), (ExportCompression.Gzip, "GZIP") })
        {
            var parquet = await ExportAsync(a => (a.Format, a.Compression) = (ExportFormat.Parquet, compression));
            using var connection = _lake.Engine.Open();
            Assert.EndsWith("flights-1.parquet", parquet.File);
            Assert.Equal(codec, connection.Scalar("SELECT any_value(compression) FROM parquet_metadata($1)", [parquet.File!]));
            Assert.Equal(2L, connection.Scalar("SELECT count(*) FROM read_parquet($1)", [parquet.File!]));
        }
    }

    [Fact]
    public async Task The_name_is_made_of_a_template_and_a_file_of_the_name_is_replaced()
    {
        var first = await ExportAsync(a => (a.FileName, a.Folder, a.Delimiter, a.Header) = ("latest.csv", "daily/reports", "\\t", false));
        Assert.Equal("1\ta,b\t2026-01-31\n2\t\t\n", await File.ReadAllTextAsync(first.File!));
        await _lake.PublishRowsAsync("flights", "SELECT 7 AS id");
        await ExportAsync(a => (a.FileName, a.Folder) = ("latest", "daily/reports"));

        Assert.Equal("id\n7\n", await File.ReadAllTextAsync(Path.Combine(_options.Folder, "daily", "reports", "latest.csv")));
        var dated = await ExportAsync(a => (a.FileName, a.Dataset) = ("{dataset} of {date}, v{version}, {run}", new DatasetReference("flights", 1)));
        Assert.Equal("flights of 2026-01-01, v1, run-1.csv", Path.GetFileName(dated.File));
    }

    [Theory]
    [InlineData("{nosuch}", "{nosuch} is not known: there are {dataset}, {version}")]
    [InlineData("../{dataset}", "'../flights' is no file name")]
    [InlineData("a\\b", "'a\\b' is no file name")]
    [InlineData("..", "'..' is no file name")]
    [InlineData("a\0b", "is no file name")]
    public async Task A_name_that_leads_elsewhere_is_refused(string fileName, string fault) =>
        Assert.Contains(fault, (await Assert.ThrowsAsync<ActivityException>(() => ExportAsync(a => a.FileName = fileName))).Message);

    [Fact]
    public async Task Folders_outside_of_the_roots_are_refused_also_behind_links()
    {
        var outside = Directory.CreateDirectory(_lake.Folder.File("outside")).FullName;
        Directory.CreateDirectory(_options.Folder);
        Directory.CreateSymbolicLink(Path.Combine(_options.Folder, "link"), outside);

        foreach (var folder in new[] { "..", "../outside", outside, "/tmp", "link", "link/deeper", _options.Folder + "-other", _lake.LakeFolder, "a\0b" })
        {
            var fault = await Assert.ThrowsAsync<ActivityException>(() => ExportAsync(a => a.Folder = folder));
            Assert.False(fault.Retryable);
        }

        Assert.Empty(Directory.GetFiles(outside));
        var allowed = await ExportAsync(a => a.Folder = Path.Combine(_options.Roots[0], "new", "folder"));
        Assert.True(File.Exists(allowed.File));
    }

    [Fact]
    public async Task What_cannot_be_written_leaves_nothing_behind()
    {
        Directory.CreateDirectory(Path.Combine(_options.Folder, "flights-1.csv"));

        var fault = await Assert.ThrowsAsync<ActivityException>(() => ExportAsync());

        Assert.Contains("flights@1 cannot be written to", fault.Message);
        Assert.Empty(Directory.GetFiles(_options.Folder));
        Assert.Contains("There is no dataset nope", (await Assert.ThrowsAsync<ActivityException>(() => ExportAsync(a => a.Dataset = new DatasetReference("nope")))).Message);
    }

    private async Task<ExportDataset> ExportAsync(Action<ExportDataset>? configure = null)
    {
        var activity = new ExportDataset(_lake.Lake, _lake.Engine, new ExportFolder(_options), _lake.Clock, NullLogger<ExportDataset>.Instance)
        {
            Dataset = new DatasetReference("flights"),
        };
        configure?.Invoke(activity);
        await activity.ExecuteAsync(
            new WorkContext { RunId = "run-1", WorkflowName = "w", ActivityId = "export", ExecutionId = 1, Attempt = 1, IdempotencyKey = "k" }, CancellationToken.None);
        return activity;
    }
}
