using System.Text;
using Dag.Activities.Transform;
using Dag.Workflows.Activities;

namespace Dag.Activities.Tests.Transform;

public sealed class ConvertBadInputTests
{
    private const string Good = "id,delay\n1,5\n2,6\n";

    [Theory]
    [InlineData("absent.csv", "absent.csv does not exist.")]
    [InlineData("nowhere/absent.csv", "nowhere/absent.csv does not exist, nor does its folder.")]
    [InlineData("*.nothing", "No file matches *.nothing.")]
    [InlineData("", "No source is given: set source to a path, a pattern such as in/*.csv, or a list of them.")]
    public async Task A_source_that_is_not_there_is_named(string source, string message)
    {
        await using var fixture = await ConvertFixture.CreateAsync();

        Assert.Equal(message, await fixture.FaultAsync(source.Length == 0 ? "" : fixture.Folder.File(source)));
    }

    [Fact]
    public async Task A_folder_is_not_a_file()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        Directory.CreateDirectory(fixture.Folder.File("in"));

        Assert.Equal("in is a folder: name its files, for example in/*.csv.", await fixture.FaultAsync(fixture.Folder.File("in")));
    }

    [Fact]
    public async Task A_file_that_another_process_holds_exclusively_cannot_be_read()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var path = fixture.Write("a.csv", Good);
        using var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        Assert.StartsWith("a.csv cannot be read: ", await fixture.FaultAsync(path));
    }

    [Theory]
    [InlineData("a.xyz", "The format of a.xyz cannot be told by its extension")]
    [InlineData("a.parquet.gz", "a.parquet.gz: Parquet is compressed inside")]
    [InlineData("a.csv.gz", "a.csv.gz is not compressed with gzip although its name ends in .gz: rename it.")]
    public async Task A_wrong_extension_is_named(string name, string message)
    {
        await using var fixture = await ConvertFixture.CreateAsync();

        Assert.StartsWith(message, await fixture.FaultAsync(fixture.Write(name, Good)));
    }

    [Theory]
    [InlineData("PK\u0003\u0004xyz", "is a ZIP or Excel file")]
    [InlineData("PAR1xyz", "is a Parquet file")]
    [InlineData("\u001f\u008bxyz", "is compressed with gzip: name it .gz")]
    [InlineData("(\u00b5/\u00fdxyz", "is compressed with zstd")]
    public async Task Another_kind_of_file_under_the_name_of_csv_is_named(string latin, string message)
    {
        await using var fixture = await ConvertFixture.CreateAsync();

        Assert.Contains(message, await fixture.FaultAsync(fixture.Write("a.csv", Encoding.Latin1.GetBytes(latin))));
    }

    [Fact]
    public async Task Files_of_different_formats_are_refused()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var (a, b) = (fixture.Write("a.csv", Good), fixture.Write("b.json", "[{\"id\":1}]"));

        Assert.StartsWith("a.csv and b.json are of different formats", await fixture.FaultAsync(a, x => x.Source = [a, b]));
    }

    [Theory]
    [InlineData("a.csv")]
    [InlineData("a.json")]
    [InlineData("a.csv.gz")]
    public async Task An_empty_file_is_named(string name)
    {
        await using var fixture = await ConvertFixture.CreateAsync();

        Assert.Equal($"{name} is empty (0 bytes).", await fixture.FaultAsync(fixture.Write(name, "")));
    }

    [Fact]
    public async Task A_header_without_rows_is_named()
    {
        await using var fixture = await ConvertFixture.CreateAsync();

        Assert.Equal("a.csv has a header and no rows: nothing was published.", await fixture.FaultAsync(fixture.Write("a.csv", "id,delay\n")));
    }

    [Fact]
    public async Task A_missing_header_is_named_with_both_ways_out()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var message = await fixture.FaultAsync(fixture.Write("a.csv", "1,x\n2,y\n3,z\n"));

        Assert.StartsWith("a.csv seems to have no header line", message);
        Assert.Contains("Set header to No", message);
    }

    [Fact]
    public async Task A_type_that_changes_late_names_column_line_and_the_type_to_set()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var text = "id,delay,city\n" + string.Join('\n', Enumerable.Range(0, 60_001).Select(i => $"{i},{(i < 40_000 ? "7" : $"late{i}")},c"));
        var path = fixture.Write("a.csv", text);

        Assert.Equal(
            "20,001 of 60,001 rows (33.3 %) do not fit, more than maxRejected allows (1.0 %); nothing was published. The first is a.csv line " +
            "40,002: column delay is BIGINT and holds 'late40000'. Set columns to {\"delay\": \"VARCHAR\"}, mend the file, or raise maxRejected.",
            await fixture.FaultAsync(path));
        var mended = await fixture.ConvertAsync(path, a => a.Columns = new Dictionary<string, string> { ["delay"] = "VARCHAR" });
        Assert.Equal(60_001, mended.Rows);
    }

    [Fact]
    public async Task Decimals_that_come_late_ask_for_double()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var text = "id,delay\n" + string.Join('\n', Enumerable.Range(0, 60_000).Select(i => i == 100 ? "ragged" : $"{i},{(i < 40_000 ? "7" : "7.5")}"));

        // The engine would round 7.5 to 8 without a word.
        Assert.Equal(
            "20,001 of 60,000 rows (33.3 %) do not fit, more than maxRejected allows (1.0 %); nothing was published. The first is a.csv line " +
            "40,002: column delay is BIGINT and holds '7.5'. Set columns to {\"delay\": \"DOUBLE\"}, mend the file, or raise maxRejected.",
            await fixture.FaultAsync(fixture.Write("a.csv", text)));
    }

    [Theory]
    [InlineData("n", "7", "15e-1", "column n is BIGINT and holds '15e-1'. Set columns to {\"n\": \"DOUBLE\"}")]
    [InlineData("n", "7", "7.0000000000000000000001", "column n is BIGINT and holds '7.0000000000000000000001'.")]
    [InlineData("n", "2024-01-31", "2024-2-1x", "column n is DATE and holds '2024-2-1x'. Set columns to {\"n\": \"VARCHAR\"}")]
    [InlineData("n", "2024-01-31", "2024-2-1 5:0", "column n is DATE and holds '2024-2-1 5:0'. Set columns to {\"n\": \"TIMESTAMP\"}")]
    [InlineData("n", "2024-01-31 10:30:00", "2024-01-31 10:30:00.123456789", "is TIMESTAMP and holds '2024-01-31 10:30:00.123456789'. Set columns to {\"n\": \"TIMESTAMP_NS\"}")]
    [InlineData("n", "10:30:00", "10:30:00.123456789", "column n is TIME and holds '10:30:00.123456789'. Set columns to {\"n\": \"VARCHAR\"}")]
    public async Task What_the_engine_would_cut_or_round_without_a_word_is_named(string column, string good, string bad, string message)
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var path = fixture.Write("a.csv", $"id,{column}\n" + string.Join('\n', Enumerable.Range(0, 30_000).Select(i => $"{i},{(i < 29_000 ? good : bad)}")));

        var fault = await fixture.FaultAsync(path);
        Assert.StartsWith("1,000 of 30,000 rows (3.3 %) do not fit", fault);
        Assert.Contains("a.csv line 29,002", fault);
        Assert.Contains(message, fault);
        var gzip = fixture.Write("b.csv.gz", ConvertFixture.Gzip(File.ReadAllText(path)));
        Assert.Contains(message, await fixture.FaultAsync(gzip));
    }

    [Fact]
    public async Task A_type_that_changes_late_in_jsonl_names_column_line_and_the_type_to_set()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var path = fixture.Write(
            "a.jsonl", string.Join('\n', Enumerable.Range(0, 60_001).Select(i => $"{{\"id\":{i},\"delay\":{(i < 40_000 ? "7" : "\"late\"")}}}")));
        var message = await fixture.FaultAsync(path, a => a.Columns = new Dictionary<string, string> { ["delay"] = "BIGINT" });

        Assert.Contains("20,001 of 60,001 rows", message);
        Assert.Contains("a.jsonl line 40,001: column delay is BIGINT and holds 'late'. Set columns to {\"delay\": \"VARCHAR\"}", message);
    }

    [Fact]
    public async Task Ragged_lines_over_the_limit_name_the_line_and_its_values()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var lines = Enumerable.Range(1, 1000).Select(i => i > 900 ? "1,2" : "1,2,3");
        var message = await fixture.FaultAsync(fixture.Write("a.csv", "a,b,c\n" + string.Join('\n', lines) + "\n"));

        Assert.StartsWith("100 of 1,000 rows (10.0 %) do not fit", message);
        Assert.Contains("a.csv line 902: it has 2 values where there are 3 columns (1,2).", message);
    }

    [Fact]
    public async Task One_line_with_several_faults_counts_once()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var lines = Enumerable.Range(1, 200).Select(i => i == 150 ? "1,2,3,4,5,6,7,8" : "1,2,3");
        var activity = await fixture.ConvertAsync(fixture.Write("a.csv", "a,b,c\n" + string.Join('\n', lines) + "\n"));

        Assert.Equal((199L, 1L), (activity.Rows, activity.RejectedRows));
    }

    [Theory]
    [InlineData("latin-1", "a.csv is not UTF-8 (it looks like Latin-1 or Windows-1252): set encoding to latin-1.")]
    [InlineData("utf-16", "a.csv is UTF-16: set encoding to utf-16.")]
    [InlineData("utf-16BE", "a.csv is UTF-16: set encoding to utf-16.")]
    [InlineData("utf-32", "a.csv is UTF-32: convert it to UTF-8.")]
    public async Task Another_encoding_is_detected_and_named(string encoding, string message)
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        const string Text = "id,name\n1,Müller\n2,Straße\n";
        byte[] bytes = encoding switch
        {
            "latin-1" => Encoding.Latin1.GetBytes(Text),
            "utf-32" => [0xff, 0xfe, 0, 0, .. Encoding.UTF32.GetBytes(Text)],
            _ => Encoding.GetEncoding(encoding).GetBytes(Text),
        };

        Assert.Equal(message, await fixture.FaultAsync(fixture.Write("a.csv", bytes)));
    }

    [Fact]
    public async Task Bytes_of_another_encoding_deep_in_the_file_are_set_aside_or_named()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var text = "id,name\n" + string.Join('\n', Enumerable.Range(0, 50_000).Select(i => $"{i},{(i == 45_000 ? "Müller" : "Meier")}"));
        var path = fixture.Write("a.csv", Encoding.Latin1.GetBytes(text));

        Assert.Equal((49_999L, 1L), await Rejected());
        Assert.Contains("line 45,002: Invalid unicode", await fixture.FaultAsync(path, a => a.MaxRejected = 0));

        async Task<(long, long)> Rejected()
        {
            var activity = await fixture.ConvertAsync(path);
            return (activity.Rows, activity.RejectedRows);
        }
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(45_000, false)]
    [InlineData(2, true)]
    [InlineData(45_000, true)]
    public async Task A_nul_byte_is_named_with_its_line(int line, bool gzip)
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var text = "id,name\n" + string.Join('\n', Enumerable.Range(2, 50_000).Select(i => $"{i},{(i == line ? "a\0b" : "Meier")}"));
        var path = gzip ? fixture.Write("a.csv.gz", ConvertFixture.Gzip(text)) : fixture.Write("a.csv", text);

        Assert.Contains($"holds a NUL byte in line {line:N0}: the file is damaged, or not text.", await fixture.FaultAsync(path));
    }

    [Fact]
    public async Task A_line_of_a_hundred_megabytes_is_named()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var path = fixture.Folder.File("a.csv");
        await using (var writer = new StreamWriter(path))
        {
            await writer.WriteAsync("id,name\n1,x\n2,");
            var block = new string('y', 1 << 20);
            for (var i = 0; i < 100; i++)
            {
                await writer.WriteAsync(block);
            }

            await writer.WriteAsync("\n3,z\n");
        }

        Assert.Equal(
            "a.csv has a line longer than 2,097,152 bytes: a quote may not be closed, or the file has no line ends. Mend the file, or raise " +
            "maxLineBytes.",
            await fixture.FaultAsync(path));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9999)]
    public async Task A_truncated_gzip_file_is_named(double share)
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var text = "id,delay\n" + string.Join('\n', Enumerable.Range(0, 50_000).Select(i => $"{i},{i * 7919L % 1000}"));
        var whole = ConvertFixture.Gzip(text);

        Assert.StartsWith(
            "a.csv.gz is truncated or damaged", await fixture.FaultAsync(fixture.Write("a.csv.gz", whole[..(int)(whole.Length * share)])));
        Assert.StartsWith("b.csv.gz is truncated or damaged", await fixture.FaultAsync(fixture.Write("b.csv.gz", whole[..^1])));
        var two = await fixture.ConvertAsync(
            fixture.Write("c.csv.gz", [.. whole, .. ConvertFixture.Gzip("\n7,7\n")]), a => a.Dataset = "members");
        Assert.Equal(50_001, two.Rows);
    }

    [Fact]
    public async Task A_damaged_gzip_file_is_named()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var bytes = ConvertFixture.Gzip("id,delay\n" + string.Join('\n', Enumerable.Range(0, 50_000).Select(i => $"{i},{i}")));
        bytes[^6] ^= 0xff;

        Assert.StartsWith("a.csv.gz is truncated or damaged", await fixture.FaultAsync(fixture.Write("a.csv.gz", bytes)));
    }

    [Theory]
    [InlineData("[{\"id\":1},{\"id\":", "unexpected end of data")]
    [InlineData("{\"id\":1", "unexpected end of data")]
    [InlineData("[1,2,3]", "a.json holds no JSON objects")]
    [InlineData("nonsense", "a.json")]
    public async Task Json_that_is_not_json_is_named(string json, string message)
    {
        await using var fixture = await ConvertFixture.CreateAsync();

        Assert.Contains(message, await fixture.FaultAsync(fixture.Write("a.json", json)));
    }

    [Fact]
    public async Task Malformed_jsonl_over_the_limit_names_the_line()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var message = await fixture.FaultAsync(fixture.Write("a.jsonl", "{\"id\":1}\n{\"id\":\n{\"id\":3}\n"));

        Assert.StartsWith("1 of 3 rows (33.3 %) do not fit", message);
        Assert.Contains("a.jsonl line 2: This is not valid JSON ({\"id\":). Mend the line, or raise maxRejected.", message);
    }

    [Fact]
    public async Task A_parquet_file_that_is_none_is_named()
    {
        await using var fixture = await ConvertFixture.CreateAsync();

        Assert.StartsWith("a.parquet cannot be converted: ", await fixture.FaultAsync(fixture.Write("a.parquet", Good)));
    }

    [Fact]
    public async Task Files_with_different_columns_are_named_with_the_column()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var a = fixture.Write("a.csv", "id,name\n1,x\n");
        var b = fixture.Write("b.csv", "id,other\n1,x\n");
        var c = fixture.Write("c.csv", "id,name,extra\n1,x,y\n");

        Assert.StartsWith("b.csv has no column name, which a.csv has", await fixture.FaultAsync(a, x => x.Source = [a, b]));
        Assert.StartsWith("c.csv has a column extra, which a.csv has not", await fixture.FaultAsync(a, x => x.Source = [a, c]));
    }

    [Fact]
    public async Task An_append_with_other_columns_names_the_column_and_the_fix()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        await fixture.ConvertAsync(fixture.Write("a.csv", Good));

        Assert.Equal(
            "b.csv has no column delay (BIGINT), which flights@1 has: add the column, or set mode to Replace to start the dataset anew.",
            await fixture.FaultAsync(fixture.Write("b.csv", "id,late\n1,5\n")));
        Assert.Equal(
            "c.csv has a column extra (VARCHAR), which flights@1 has not (it has id, delay): remove the column, or set mode to Replace to start " +
            "the dataset anew.",
            await fixture.FaultAsync(fixture.Write("c.csv", "id,delay,extra\n1,5,x\n")));
        Assert.Contains(
            "column delay is BIGINT and holds 'late'. The type is that of flights@1",
            await fixture.FaultAsync(fixture.Write("d.csv", "id,delay\n1,late\n")));
        Assert.StartsWith(
            "columns sets delay to VARCHAR, but it is BIGINT in flights@1",
            await fixture.FaultAsync(
                fixture.Write("e.csv", Good), a => a.Columns = new Dictionary<string, string> { ["delay"] = "VARCHAR" }));
    }

    [Theory]
    [InlineData("nosuch", "BIGINT", "columns names nosuch, which a.csv has not: its columns are id, delay.")]
    [InlineData("delay", "FANCY", "columns: 'FANCY' for delay is not a type")]
    [InlineData("delay", "INT) FROM x; DROP TABLE y; --", "columns: 'INT) FROM x; DROP TABLE y; --' for delay is not a type")]
    [InlineData("delay", "", "columns: '' for delay is not a type")]
    public async Task A_wrong_type_or_column_is_named(string column, string type, string message)
    {
        await using var fixture = await ConvertFixture.CreateAsync();

        Assert.StartsWith(
            message,
            await fixture.FaultAsync(fixture.Write("a.csv", Good), a => a.Columns = new Dictionary<string, string> { [column] = type }));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/b")]
    [InlineData("")]
    public async Task A_dataset_name_that_is_none_is_named(string dataset)
    {
        await using var fixture = await ConvertFixture.CreateAsync();

        Assert.StartsWith(
            $"'{dataset}' cannot be the name of a dataset", await fixture.FaultAsync(fixture.Write("a.csv", Good), a => a.Dataset = dataset));
    }

    [Fact]
    public async Task A_folder_that_vanishes_while_it_is_converted_is_named()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        Directory.CreateDirectory(fixture.Folder.File("in"));
        var paths = Enumerable.Range(0, 5).Select(i => fixture.Write($"in/{i}.csv", Good)).ToList();
        var request = new ConversionRequest
        {
            Files = [.. paths.Select(p => new SourceFile(p, SourceFormat.Csv, false, Good.Length, DateTimeOffset.UnixEpoch))],
            Dataset = "flights",
            Types = new Dictionary<string, string>(),
            Dialect = new CsvDialect(),
            SampleRows = 100,
            MaxRejected = 0,
            Compression = ParquetCompression.Zstd,
            Continued = null,
        };
        using var draft = fixture.Lake.Begin("flights", "key");
        using var connection = new Dag.Activities.DuckDb.DuckDbEngine(new()).Open();
        File.Delete(paths[3]);

        var fault = Assert.Throws<ActivityException>(() => Conversion.Run(connection, request, draft, CancellationToken.None));
        Assert.Contains("3.csv", fault.Message);
        Assert.Contains("removed while it was converted", fault.Message);
        Assert.True(fault.Retryable);
    }

    [Fact]
    public async Task Random_bytes_are_refused_or_converted_but_never_crash()
    {
        await using var fixture = await ConvertFixture.CreateAsync();
        var random = new Random(42);
        foreach (var name in new[] { "a.csv", "a.tsv", "a.json", "a.jsonl", "a.parquet" })
        {
            for (var i = 0; i < 5; i++)
            {
                var bytes = new byte[random.Next(1, 50_000)];
                random.NextBytes(bytes);
                Assert.NotEmpty(await fixture.FaultAsync(fixture.Write(name, bytes)));
            }
        }
    }
}
