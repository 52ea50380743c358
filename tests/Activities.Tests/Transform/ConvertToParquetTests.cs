using System.Text.Json;
using Dag.Activities.Lake;
using Dag.Activities.Transform;

namespace Dag.Activities.Tests.Transform;

public sealed class ConvertToParquetTests
{
    private const string Csv = "id,delay,origin,date\n1,5,SFO,2024-01-31\n2,,LAX,2024-02-01\n3,-7,SFO,2024-02-02\n";

    [Fact]
    public async Task A_csv_file_becomes_a_version_with_sniffed_types()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var activity = await fixture.ConvertAsync(fixture.Write("a.csv", Csv));

        Assert.Equal(new DatasetReference("flights", 1), activity.Result);
        Assert.Equal((1, 3L, 3L, 0L), (activity.VersionNumber, activity.Rows, activity.NewRows, activity.RejectedRows));
        Assert.Equal("id BIGINT, delay BIGINT, origin VARCHAR, date DATE", await fixture.ColumnsAsync());
        Assert.Equal(-2L, await fixture.QueryAsync("sum(delay)"));
        var version = await fixture.Lake.GetAsync(activity.Result!, CancellationToken.None);
        Assert.Equal((activity.Bytes, "run-1"), (version.Bytes, version.RunId));
        Assert.Equal((Csv.Length, fixture.Folder.File("a.csv")), (version.Sources[0].Bytes, version.Sources[0].Path));
        Assert.Equal(1, fixture.Progress[^1].Fraction);
        Assert.StartsWith("flights@1: 3 new rows, 3 in all, 0 rejected", fixture.Progress[^1].Message);
    }

    [Theory]
    [InlineData("a.tsv", "id\tdelay\n1\t5\n2\t6\n")]
    [InlineData("a.csv", "id;delay\n1;5\n2;6\n")]
    [InlineData("a.txt", "id|delay\n1|5\n2|6\n")]
    [InlineData("a.json", "[{\"id\":1,\"delay\":5},{\"id\":2,\"delay\":6}]")]
    [InlineData("a.JSONL", "{\"id\":1,\"delay\":5}\n{\"id\":2,\"delay\":6}\n")]
    [InlineData("a.ndjson", "{\"id\":1,\"delay\":5}\n\n{\"id\":2,\"delay\":6}")]
    [InlineData("bom.csv", "\uFEFFid,delay\n1,5\n2,6\n")]
    [InlineData("windows.csv", "id,delay\r\n1,5\r\n2,6\r\n")]
    [InlineData("end.csv", "id,delay\n1,5\n2,6")]
    public async Task Every_text_format_gives_the_same_rows_also_compressed(string name, string text)
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        await fixture.ConvertAsync(fixture.Write(name, text));
        await fixture.ConvertAsync(fixture.Write(name + ".gz", ConvertFixture.Gzip(text)), a => a.Dataset = "compressed");

        foreach (var dataset in new[] { "flights", "compressed" })
        {
            Assert.Equal("id BIGINT, delay BIGINT", await fixture.ColumnsAsync(dataset));
            Assert.Equal(2L * 1000 + 11, await fixture.QueryAsync("count(*) * 1000 + sum(delay)", dataset));
        }
    }

    [Fact]
    public async Task A_parquet_file_of_the_lake_is_a_source_too()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var first = await fixture.ConvertAsync(fixture.Write("a.csv", Csv));
        var part = fixture.Lake.FilesOf(await fixture.Lake.GetAsync(first.Result!, CancellationToken.None))[0];
        await fixture.ConvertAsync(part, a =>
        {
            a.Dataset = "copy";
            a.Columns = new Dictionary<string, string> { ["delay"] = "double" };
        });

        Assert.Equal("id BIGINT, delay DOUBLE, origin VARCHAR, date DATE", await fixture.ColumnsAsync("copy"));
    }

    [Fact]
    public async Task Nested_json_keeps_its_structure()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        await fixture.ConvertAsync(fixture.Write("a.json", "[{\"a\":1,\"b\":{\"c\":2.5},\"d\":[1,2]},{\"a\":2,\"x\":\"late\"}]"));

        Assert.Equal("a BIGINT, b STRUCT(c DOUBLE), d BIGINT[], x VARCHAR", await fixture.ColumnsAsync());
        Assert.Equal(2.5, await fixture.QueryAsync("max(b.c)"));
    }

    [Fact]
    public async Task Given_types_win_over_sniffed_ones()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var types = new Dictionary<string, string> { ["ID"] = "varchar", ["delay"] = "decimal(9, 2)" };
        await fixture.ConvertAsync(fixture.Write("a.csv", Csv), a => a.Columns = types);
        await fixture.ConvertAsync(fixture.Write("a.jsonl", "{\"id\":1,\"delay\":5}"), a => (a.Columns, a.Dataset) = (types, "json"));

        Assert.Equal("id VARCHAR, delay DECIMAL(9,2), origin VARCHAR, date DATE", await fixture.ColumnsAsync());
        Assert.Equal("id VARCHAR, delay DECIMAL(9,2)", await fixture.ColumnsAsync("json"));
    }

    [Fact]
    public async Task Append_continues_the_latest_version_with_its_types()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        await fixture.ConvertAsync(fixture.Write("a.csv", "id,delay\n1,5.5\n2,6.5\n"));
        var second = await fixture.ConvertAsync(fixture.Write("b.csv", "delay,id\n7,3\n"));

        Assert.Equal((2, 3L, 1L), (second.VersionNumber, second.Rows, second.NewRows));
        Assert.Equal("id BIGINT, delay DOUBLE", await fixture.ColumnsAsync());
        Assert.Equal(19.0, await fixture.QueryAsync("sum(delay)"));
        Assert.Equal(3L, await fixture.QueryAsync("max(id)"));
        Assert.Equal(12.0, await fixture.QueryAsync("sum(delay)", "flights@1"));
    }

    [Fact]
    public async Task Replace_starts_anew_with_other_columns()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        await fixture.ConvertAsync(fixture.Write("a.csv", Csv));
        await fixture.ConvertAsync(fixture.Write("b.csv", "x\n1\n"), a => a.Mode = WriteMode.Replace);

        Assert.Equal("x BIGINT", await fixture.ColumnsAsync());
        Assert.Equal(3L, await fixture.QueryAsync("count(*)", "flights@1"));
    }

    [Fact]
    public async Task A_second_attempt_under_the_same_key_publishes_nothing_new()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var path = fixture.Write("a.csv", Csv);
        var first = await fixture.ConvertAsync(path, key: "same");
        File.Delete(path);
        var second = await fixture.ConvertAsync(path, key: "same");

        Assert.Equal((first.Result, first.Rows, first.NewRows, first.Bytes), (second.Result, second.Rows, second.NewRows, second.Bytes));
        Assert.Single(await fixture.Lake.ListVersionsAsync("flights", 10, CancellationToken.None));
    }

    [Fact]
    public async Task Lists_and_patterns_name_several_files()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        Directory.CreateDirectory(fixture.Folder.File("in/deeper"));
        var a = fixture.Write("in/a.csv", "id,delay\n1,5\n");
        var b = fixture.Write("in/b.csv", "delay,id\n6,2\n");
        fixture.Write("in/deeper/c.csv", "id,delay\n3,7\n");

        var list = await fixture.ConvertAsync(a, x => (x.Source, x.Dataset) = ([a, b, a], "list"));
        var json = await fixture.ConvertAsync(JsonSerializer.Serialize(new[] { a, b }), x => x.Dataset = "json");
        var pattern = await fixture.ConvertAsync(fixture.Folder.File("in/*.csv"), x => x.Dataset = "pattern");
        var deep = await fixture.ConvertAsync(fixture.Folder.File("in/**/*.csv"), x => x.Dataset = "deep");

        Assert.Equal((2L, 2L, 2L, 3L), (list.Rows, json.Rows, pattern.Rows, deep.Rows));
        Assert.Equal(18L, await fixture.QueryAsync("sum(delay)", "deep"));
    }

    [Fact]
    public async Task Malformed_rows_within_the_limit_are_set_aside_with_line_and_reason()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var lines = Enumerable.Range(1, 1000).Select(i => i switch { 500 => "500,1,too,many", 700 => "700", _ => $"{i},{i}" });
        var activity = await fixture.ConvertAsync(fixture.Write("a.csv", "id,delay\n" + string.Join('\n', lines) + "\n"));

        Assert.Equal((998L, 2L), (activity.Rows, activity.RejectedRows));
        var version = await fixture.Lake.GetAsync(activity.Result!, CancellationToken.None);
        Assert.Equal(2, version.RejectedRows);
        var rejects = File.ReadLines(Path.Combine(fixture.Lake.FolderOf(version), "rejects.jsonl")).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal([501, 701], rejects.Select(r => r.GetProperty("line").GetInt32()));
        Assert.Equal(["500,1,too,many", "700"], rejects.Select(r => r.GetProperty("text").GetString()));
        Assert.All(rejects, r => Assert.Contains("Expected Number of Columns: 2", r.GetProperty("reason").GetString()));
        Assert.All(rejects, r => Assert.EndsWith("a.csv", r.GetProperty("file").GetString()));
    }

    [Fact]
    public async Task Malformed_lines_of_jsonl_within_the_limit_are_set_aside_with_line_and_reason()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var lines = Enumerable.Range(1, 1000).Select(i => i switch
        {
            300 => "{\"id\": 300, \"delay\": ",
            400 => "[400]",
            500 => "{\"id\": 500, \"delay\": \"late\", \"o~/\\\"k\": \"x\"}",
            600 => "{\"id\": 600, \"delay\": null}",
            _ => $"{{\"id\": {i}, \"delay\": {i}, \"o~/\\\"k\": \"it's\"}}",
        });
        var activity = await fixture.ConvertAsync(
            fixture.Write("a.jsonl", string.Join('\n', lines)),
            a => a.Columns = new Dictionary<string, string> { ["delay"] = "BIGINT" });

        Assert.Equal((997L, 3L), (activity.Rows, activity.RejectedRows));
        Assert.Equal("id BIGINT, delay BIGINT, o~/\"k VARCHAR", await fixture.ColumnsAsync());
        Assert.Equal(996L, await fixture.QueryAsync("count(\"o~/\"\"k\")"));
        Assert.Equal(1L, await fixture.QueryAsync("count(*) FILTER (delay IS NULL)"));
        var version = await fixture.Lake.GetAsync(activity.Result!, CancellationToken.None);
        Assert.Equal(
            ["300 This is not valid JSON", "400 This is not a JSON object", "500 The value does not convert to BIGINT"],
            File.ReadLines(Path.Combine(fixture.Lake.FolderOf(version), "rejects.jsonl")).Select(l => JsonDocument.Parse(l).RootElement)
                .Select(r => $"{r.GetProperty("line")} {r.GetProperty("reason").GetString()}"));
    }

    [Theory]
    [InlineData("id,name\n", "\n")]
    [InlineData("\"id\",\"name\"\n", "\n")]
    [InlineData("id,name\r\n", "\r\n")]
    public async Task Quotes_that_come_late_are_still_quotes(string header, string newLine)
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var rows = Enumerable.Range(0, 30_000).Select(i => $"{i},n").Append("30000,\"a, b\"").Append("30001,\"say \"\"hi\"\"\"").Append("30002,\"two\nlines\"");
        var activity = await fixture.ConvertAsync(fixture.Write("a.csv", header + string.Join(newLine, rows) + newLine));

        Assert.Equal((30_003L, 0L), (activity.Rows, activity.RejectedRows));
        Assert.Equal("a, b|say \"hi\"|two\nlines", await fixture.QueryAsync("string_agg(name, '|' ORDER BY id) FILTER (id >= 30000)"));
    }

    [Fact]
    public async Task A_midnight_in_a_column_of_dates_and_an_exponent_in_one_of_whole_numbers_lose_nothing()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var rows = Enumerable.Range(1, 1000).Select(i => $"{i},{(i == 5 ? "7e2" : "7")},2024-02-01{(i == 77 ? " 00:00:00" : "")}\n");
        var activity = await fixture.ConvertAsync(
            fixture.Write("a.csv", "id,n,day\n" + string.Concat(rows)),
            a => a.Columns = new Dictionary<string, string> { ["n"] = "BIGINT", ["day"] = "DATE" });

        Assert.Equal((1000L, 0L), (activity.Rows, activity.RejectedRows));
        Assert.Equal(7693L, await fixture.QueryAsync("sum(n)"));
    }

    [Fact]
    public async Task Columns_of_an_append_may_stand_in_another_order()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        await fixture.ConvertAsync(fixture.Write("a.csv", "id,name,day\n1,x,2024-01-31\n"));
        await fixture.ConvertAsync(fixture.Write("b.csv", "day,NAME,id\n2024-02-01,y,2\n"));
        await fixture.ConvertAsync(fixture.Write("c.csv", "name,id,day\nz,3,2024-02-02\n"));
        var d = fixture.Write("d.csv", "day,id,name\n2024-02-03,4,v\n");
        await fixture.ConvertAsync(d, a => a.Source = [d, fixture.Write("e.csv", "id,day,name\n5,2024-02-04,w\n")]);

        Assert.Equal("id BIGINT, name VARCHAR, day DATE", await fixture.ColumnsAsync());
        Assert.Equal("1x31 2y01 3z02 4v03 5w04", await fixture.QueryAsync("string_agg(id || name || strftime(day, '%d'), ' ' ORDER BY id)"));
    }

    [Fact]
    public async Task Column_names_may_be_empty_double_or_hold_quotes()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        await fixture.ConvertAsync(fixture.Write("a.csv", "a,A,,\"say \"\"hi\"\"; DROP TABLE x\"\n1,2,3,4\n"));
        await fixture.ConvertAsync(fixture.Write("b.csv", "a,A,,\"say \"\"hi\"\"; DROP TABLE x\"\n5,6,7,8\n"));

        Assert.Equal("a BIGINT, A_1 BIGINT, column2 BIGINT, say \"hi\"; DROP TABLE x BIGINT", await fixture.ColumnsAsync());
        Assert.Equal(12L, await fixture.QueryAsync("sum(\"say \"\"hi\"\"; DROP TABLE x\")"));
    }

    [Theory]
    [InlineData("it's.csv")]
    [InlineData("a'), (SELECT 1)) TO 'x' --.csv")]
    [InlineData("star * [ab] ?.csv")]
    [InlineData("über \ud83e\udd86.csv")]
    [InlineData("-dash \" quote.csv")]
    public async Task A_file_name_is_a_name_and_never_sql(string name)
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        fixture.Write("star X a Y.csv", "id,delay\n9,9\n");
        var activity = await fixture.ConvertAsync(fixture.Write(name, "id,delay\n1,5\n"));

        Assert.Equal(1L, activity.Rows);
        Assert.Equal(5L, await fixture.QueryAsync("sum(delay)"));
    }

    [Fact]
    public async Task Other_encodings_are_read_when_they_are_named()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        const string Text = "id,name\n1,Müller\n2,Straße\n";
        await fixture.ConvertAsync(
            fixture.Write("a.csv", System.Text.Encoding.Latin1.GetBytes(Text)), a => (a.Encoding, a.Dataset) = ("latin-1", "latin"));
        await fixture.ConvertAsync(
            fixture.Write("b.csv", [0xff, 0xfe, .. System.Text.Encoding.Unicode.GetBytes(Text)]), a => (a.Encoding, a.Dataset) = ("utf-16", "utf16"));

        Assert.Equal("Müller", await fixture.QueryAsync("min(name)", "latin"));
        Assert.Equal("Straße", await fixture.QueryAsync("max(name)", "utf16"));
    }

    [Fact]
    public async Task Dialect_options_are_used()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        await fixture.ConvertAsync(fixture.Write("a.csv", "report of today\nname;fare;day\n'a;b';1,5;31.01.2024\n'c';NA;01.02.2024\n"), a =>
        {
            a.Delimiter = ";";
            a.Quote = "'";
            a.DecimalSeparator = ",";
            a.DateFormat = "%d.%m.%Y";
            a.NullTexts = ["NA"];
            a.SkipLines = 1;
            a.Header = HeaderMode.Yes;
            a.Compression = ParquetCompression.Snappy;
            a.ContentHash = false;
        });

        Assert.Equal("name VARCHAR, fare DOUBLE, day DATE", await fixture.ColumnsAsync());
        Assert.Equal(1.5, await fixture.QueryAsync("sum(fare)"));
        Assert.Equal(new DateOnly(2024, 2, 1), await fixture.QueryAsync("max(day)"));
        Assert.Null((await fixture.Lake.GetAsync(new DatasetReference("flights"), CancellationToken.None)).ContentHash);
    }

    [Fact]
    public async Task Without_a_header_columns_are_numbered_when_asked_for()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        await fixture.ConvertAsync(fixture.Write("a.csv", "1,x\n2,y\n"), a => a.Header = HeaderMode.No);

        Assert.Equal("column0 BIGINT, column1 VARCHAR", await fixture.ColumnsAsync());
        Assert.Equal(2L, await fixture.QueryAsync("count(*)"));
    }

    [Fact]
    public async Task The_same_small_files_give_the_same_content_hash()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var path = fixture.Write("a.csv", "id,delay\n" + string.Join('\n', Enumerable.Range(0, 300_000).Select(i => $"{i},{i % 77}")));
        await fixture.ConvertAsync(path, a => a.Dataset = "one");
        await fixture.ConvertAsync(path, a => a.Dataset = "two");

        var hashes = await Task.WhenAll(new[] { "one", "two" }.Select(async d =>
            (await fixture.Lake.GetAsync(new DatasetReference(d), CancellationToken.None)).ContentHash));
        Assert.NotNull(hashes[0]);
        Assert.Equal(hashes[0], hashes[1]);
    }

    [Fact]
    public async Task Cancelling_publishes_nothing_and_leaves_nothing()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var path = fixture.Write("a.csv", Csv);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => fixture.ConvertAsync(path, cancellationToken: new CancellationToken(canceled: true)));
        Assert.Empty(await fixture.Lake.ListAsync(CancellationToken.None));
        Assert.Equal(0, await fixture.Lake.SweepAsync(TimeSpan.MinValue, CancellationToken.None));
    }

    [Theory]
    [InlineData("a.csv", "id,delay,day\n", "{0},{1},{2}\n")]
    [InlineData("a.jsonl", "", "{{\"id\":{0},\"delay\":{1},\"day\":\"{2}\"}}\n")]
    public async Task Values_that_would_lose_something_are_set_aside_and_whole_ones_are_kept(string name, string header, string row)
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var rows = Enumerable.Range(1, 1000).Select(i => string.Format(
            System.Globalization.CultureInfo.InvariantCulture, row, i, i switch { 10 => "7.0", 600 => "7.5", _ => "7" }, "2024-01-31"));
        var activity = await fixture.ConvertAsync(
            fixture.Write(name, header + string.Concat(rows)), a => a.Columns = new Dictionary<string, string> { ["delay"] = "BIGINT" });

        Assert.Equal((999L, 1L), (activity.Rows, activity.RejectedRows));
        Assert.Equal(6993L, await fixture.QueryAsync("sum(delay)"));
        var version = await fixture.Lake.GetAsync(activity.Result!, CancellationToken.None);
        var reject = JsonDocument.Parse(File.ReadAllText(Path.Combine(fixture.Lake.FolderOf(version), "rejects.jsonl"))).RootElement;
        Assert.Equal((header.Length == 0 ? 600 : 601, "delay"), (reject.GetProperty("line").GetInt32(), reject.GetProperty("column").GetString()));
    }

    [Fact]
    public async Task A_time_in_a_column_of_dates_is_not_dropped_in_silence()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        await fixture.ConvertAsync(fixture.Write("a.csv", "id,day\n1,2024-01-31\n"));
        var rows = Enumerable.Range(1, 1000).Select(i => $"{i},2024-02-01{(i == 77 ? " 10:30:00" : "")}\n");
        var activity = await fixture.ConvertAsync(fixture.Write("b.csv", "id,day\n" + string.Concat(rows)));

        Assert.Equal((1000L, 1L), (activity.Rows, activity.RejectedRows));
        Assert.Equal("id BIGINT, day DATE", await fixture.ColumnsAsync());
    }

    [Fact]
    public async Task Rows_of_every_kind_of_fault_are_set_aside_with_their_lines()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var rows = Enumerable.Range(1, 2000).Select(i => i switch
        {
            100 => "ragged",
            200 => "200,late",
            300 => "300,7.5",
            400 => "400,7,8,9",
            500 => "500,8.5",
            _ => $"{i},7",
        });
        var activity = await fixture.ConvertAsync(
            fixture.Write("a.csv", "id,delay\n" + string.Join('\n', rows)), a => a.Columns = new Dictionary<string, string> { ["delay"] = "INT" });

        Assert.Equal((1995L, 5L), (activity.Rows, activity.RejectedRows));
        var version = await fixture.Lake.GetAsync(activity.Result!, CancellationToken.None);
        Assert.Equal(
            [101, 201, 301, 401, 501],
            File.ReadLines(Path.Combine(fixture.Lake.FolderOf(version), "rejects.jsonl"))
                .Select(l => JsonDocument.Parse(l).RootElement.GetProperty("line").GetInt32()));
    }
}
