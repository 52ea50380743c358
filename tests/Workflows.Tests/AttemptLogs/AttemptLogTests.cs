using System.Text.Json;
using Dag.Tests;
using Dag.Workflows.Activities;
using Dag.Workflows.AttemptLogs;
using Dag.Workflows.Running;
using Dag.Workflows.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Workflows.Tests.AttemptLogs;

public sealed class AttemptLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dag-logs-").FullName;
    private readonly FakeTimeProvider _clock = new();
    private readonly SecretMask _mask = new();
    private readonly DagMeter _meter = new();

    public void Dispose()
    {
        _meter.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_libraries_log_below_an_attempt_is_in_its_log_and_in_no_other()
    {
        await using var writer = Writer();
        using var provider = new AttemptLogProvider();
        var scopes = new LoggerExternalScopeProvider();
        provider.SetScopeProvider(scopes);
        await Task.WhenAll(Enumerable.Range(1, 20).Select(async attempt =>
        {
            var log = writer.Open("run", "a", 1, attempt)!;
            using var scope = scopes.Push(new LogScope("w", "run", "a", 1, attempt) { Log = log });
            await Task.Yield();
            await Task.Run(() => provider.CreateLogger("Some.Library").LogInformation("attempt {Attempt} speaks", attempt));
            log.End();
        }));
        provider.CreateLogger("outside").LogInformation("nobody's");

        var lines = await LinesAsync(writer);
        Assert.Equal(20, lines.Count);
        Assert.All(lines, l => Assert.Equal($"attempt {l.Attempt} speaks", l.Message));
        Assert.All(lines, l => Assert.Equal("Some.Library", l.Category));
    }

    [Fact]
    public async Task What_something_left_behind_says_after_the_end_is_not_the_attempts()
    {
        await using var writer = Writer();
        var log = writer.Open("run", "a", 1, 1)!;
        log.Log(LogLevel.Information, "c", "in time", null);
        log.End();
        log.Log(LogLevel.Information, "c", "too late", null);

        Assert.Equal("in time", Assert.Single(await LinesAsync(writer)).Message);
    }

    [Fact]
    public async Task A_log_that_is_too_long_says_where_it_was_cut_and_how_much_and_keeps_its_end()
    {
        await using var writer = Writer(new AttemptLogOptions { AttemptBytes = 20_000 });
        var log = writer.Open("run", "a", 1, 1)!;
        for (var i = 0; i < 10_000; i++)
        {
            log.Log(LogLevel.Information, "c", $"line {i}", null);
        }

        log.Log(LogLevel.Error, "c", "it failed", new InvalidOperationException("because"));
        log.End();

        var lines = await LinesAsync(writer);
        var head = lines.TakeWhile(l => l.Kind == LogLineKind.Log).ToList();
        Assert.InRange(head.Count, 50, 200);
        Assert.Contains("is cut here, at 20,000 bytes", lines[head.Count].Message, StringComparison.Ordinal);
        var tail = lines.Skip(head.Count + 2).ToList();
        var missing = 10_001 - head.Count - tail.Count;
        Assert.Matches($@"^{missing:N0} lines \([\d,]+ bytes\) were left out\. Its last {tail.Count} lines follow\.$", lines[head.Count + 1].Message);
        Assert.Equal("line 9999", tail[^2].Message);
        Assert.Contains("because", tail[^1].Exception, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(FileOf("run")).Length, 20_000, 100_000);
    }

    [Fact]
    public async Task The_log_of_a_run_that_is_too_long_says_that_it_ends()
    {
        await using var writer = Writer(new AttemptLogOptions { RunBytes = 5_000 });
        for (var attempt = 1; attempt <= 100; attempt++)
        {
            var log = writer.Open("run", "a", 1, attempt)!;
            log.Log(LogLevel.Information, "c", "a line", null);
            log.End();
            await writer.FlushAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal("The log of this run ends here, at 5,000 bytes.", (await LinesAsync(writer))[^1].Message);
        Assert.InRange(new FileInfo(FileOf("run")).Length, 4_000, 5_500);
    }

    [Fact]
    public async Task Lines_that_find_no_room_are_counted()
    {
        await using var writer = Writer(new AttemptLogOptions { BufferBytes = 0 });
        var log = writer.Open("run", "a", 1, 1)!;
        log.Log(LogLevel.Information, "c", "one", null);
        log.Log(LogLevel.Information, "c", "two", null);
        log.End();

        Assert.Equal("2 lines were dropped, because they came faster than the disk takes them.", Assert.Single(await LinesAsync(writer)).Message);
    }

    [Fact]
    public async Task Secrets_are_hidden_in_messages_and_exceptions_however_they_are_escaped()
    {
        _mask.Add("""s3cr"et/value""");
        _mask.Add("abc");
        await using var writer = Writer();
        var log = writer.Open("run", "a", 1, 1)!;
        log.Log(LogLevel.Information, "c", """sent s3cr"et/value""", new InvalidOperationException("""{"key": "s3cr\"et/value", "q": "s3cr%22et%2Fvalue"}"""));
        log.Progress(new WorkProgress(null, """using s3cr"et/value, abc"""));
        log.End();

        var lines = await LinesAsync(writer);
        Assert.Equal("sent ***", lines[0].Message);
        Assert.Contains("""{"key": "***", "q": "***"}""", lines[0].Exception, StringComparison.Ordinal);
        Assert.Equal("using ***, abc", lines[1].Message);
    }

    [Fact]
    public async Task Progress_is_a_line_a_second_and_the_last_word()
    {
        await using var writer = Writer();
        var log = writer.Open("run", "a", 1, 1)!;
        for (var i = 0; i <= 2500; i++)
        {
            log.Progress(new WorkProgress(i / 2500.0, $"{i} rows"));
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        log.Progress(new WorkProgress(1, "done"));
        log.Progress(new WorkProgress(1, null));
        log.End();

        Assert.Equal(["0 rows", "1000 rows", "2000 rows", "done"], (await LinesAsync(writer)).Select(l => l.Message));
    }

    [Fact(Skip = "Needs root on Linux.", SkipUnless = nameof(SmallDisk.CanMount), SkipType = typeof(SmallDisk))]
    public async Task A_full_disk_costs_lines_which_the_log_says_once_there_is_room_again()
    {
        using var disk = new SmallDisk(megabytes: 1);
        await using var writer = Writer(new AttemptLogOptions { Folder = disk.Folder });
        var ballast = Path.Combine(disk.Folder, "ballast");
        var log = writer.Open("run", "a", 1, 1)!;
        log.Log(LogLevel.Information, "c", "before", null);
        await writer.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Throws<IOException>(() => File.WriteAllBytes(ballast, new byte[2 << 20]));
        for (var i = 0; i < 100; i++)
        {
            log.Log(LogLevel.Information, "c", new string('x', 1000), null);
        }

        await writer.FlushAsync(TestContext.Current.CancellationToken);
        File.Delete(ballast);
        log.Log(LogLevel.Information, "c", "after", null);
        log.End();

        var lines = await LinesAsync(writer, disk.Folder);
        Assert.Equal("before", lines[0].Message);
        Assert.Contains(lines, l => l.Kind == LogLineKind.Note && l.Message.Contains("lines are missing here, which the disk did not take", StringComparison.Ordinal));
        Assert.Equal("after", lines[^1].Message);
    }

    [Fact]
    public void Old_logs_and_those_beyond_the_limit_are_deleted_the_oldest_first()
    {
        Put("old", 10, days: 40);
        Put("a", 600, days: 3);
        Put("b", 600, days: 2);
        Put("c", 600, days: 1);
        using var retention = new AttemptLogRetention(
            new AttemptLogOptions { Folder = _folder, TotalBytes = 1500 }, _clock, NullLogger<AttemptLogRetention>.Instance);

        Assert.Equal(2, retention.Sweep());
        Assert.Equal(["b", "c"], Directory.EnumerateFiles(_folder).Select(Path.GetFileNameWithoutExtension).Order());
        Assert.Equal(0, retention.Sweep());
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("CON")]
    public void An_id_never_leads_out_of_the_folder(string runId)
    {
        var file = FileOf(runId);
        Assert.Equal(_folder, Path.GetDirectoryName(file));
        Assert.Matches(@"^_[0-9a-f]{64}\.jsonl$", Path.GetFileName(file));
    }

    private string FileOf(string runId) => AttemptLogFiles.Of(_folder, runId);

    private void Put(string runId, int bytes, int days)
    {
        File.WriteAllBytes(FileOf(runId), new byte[bytes]);
        File.SetLastWriteTimeUtc(FileOf(runId), _clock.GetUtcNow().UtcDateTime.AddDays(-days));
    }

    private AttemptLogWriter Writer(AttemptLogOptions? options = null)
    {
        options ??= new AttemptLogOptions();
        return new AttemptLogWriter(options with { Folder = options.Folder ?? _folder }, _clock, _mask, _meter, () => NullLogger.Instance);
    }

    private async Task<List<LogLine>> LinesAsync(AttemptLogWriter writer, string? folder = null)
    {
        await writer.FlushAsync(TestContext.Current.CancellationToken);
        return [.. File.ReadLines(AttemptLogFiles.Of(folder ?? _folder, "run")).Select(l => JsonSerializer.Deserialize<LogLine>(l, LogLine.Json)!)];
    }
}
