using System.Text;
using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Activities.Transform;

namespace Dag.Activities.Tests.Transform;

public sealed class FieldScanTests : IDisposable
{
    private static readonly FieldGuard[] Guards = [FieldGuard.WholeNumber, FieldGuard.None, FieldGuard.Date, FieldGuard.Timestamp, FieldGuard.None];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("7,x,2024-01-31,2024-01-31 10:30:00,y", false)]
    [InlineData("-7,1.5e3,2024-1-5,2024-01-31T10:30:00.123456Z,2.5", false)]
    [InlineData(",,,,", false)]
    [InlineData("\"7\",\"a, b \"\"c\"\"\n1.5\",\"2024-01-31\",\"2024-01-31 10:30:00\",\"\"", false)]
    [InlineData("7.5,x,,,y", true)]
    [InlineData("\"7.5\",x,,,y", true)]
    [InlineData("15e-1,x,,,y", true)]
    [InlineData("7,x,2024-01-31 10:30,,y", true)]
    [InlineData("7,x,2024-1-5x,,y", true)]
    [InlineData("7,x,2024-1-5-1,,y", true)]
    [InlineData("7,x,20240131,,y", true)]
    [InlineData("7,x,,2024-01-31 10:30:00.1234567,y", true)]
    [InlineData("7,a\"b,,,y", true)]
    [InlineData("7,x,,,y\r8.5,x", true)]
    public void What_the_engine_would_drop_is_seen_wherever_it_stands(string row, bool doubtful)
    {
        // Rows in front of it of all lengths: it begins and ends at every place of a block.
        for (var length = 0; length < 70; length++)
        {
            var before = $"1,{new string('n', length)},2024-01-01,,\n2,\"{new string('n', 70 - length)}\",,2024-01-01,\n";
            Assert.Equal(doubtful, MayLose(before + row + "\n3,z,,,\n"));
            Assert.Equal(doubtful, MayLose(before + row));
        }
    }

    [Fact]
    public void Lines_may_end_with_carriage_returns_when_all_do()
    {
        Assert.False(MayLose("7,x,2024-01-31,,y\r\n8,,,,\r\n", CsvLayout.CarriageReturns));
        Assert.False(MayLose("7,x,2024-01-31,,y\r\n8,,2024-01-31,,", CsvLayout.CarriageReturns));
        Assert.True(MayLose("7,x,2024-01-31,,y\r\n8,,,,\n9,,,,\r\n", CsvLayout.CarriageReturns));
        Assert.True(MayLose("7,x,2024-01-31,,y\r\n8.5,,,,", CsvLayout.CarriageReturns));
    }

    [Fact]
    public void A_header_is_no_row()
    {
        Assert.False(MayLose("1.5,e,x.y\n", header: true));
        Assert.True(MayLose("\"id\n1.5\",e\n1.5\n", header: true));
    }

    // The engine itself splits random files into fields; whatever it would drop something of, the scan must have seen.
    [Fact]
    public void Nothing_that_the_engine_would_drop_is_missed_in_random_files()
    {
        var random = new Random(20240131);
        string[] pieces = ["7", "-7", "7.5", "1e3", "15e-1", "2024-01-31", "2024-1-5x", "2024-01-31 10:30", "2024-01-31 10:30:00.1234567", "\"7.5\"", "\"2024-01-31 x\"", "7.5", "x", "\"", "\"\"", ",", "\n", "\r\n", "\r", ";", "'", " "];
        string[] good = ["7", "-7", "12", "", "\"8\""];
        var lost = 0;
        for (var i = 0; i < 400; i++)
        {
            var text = new StringBuilder();
            var noise = random.NextDouble() < 0.5 ? 0.02 : 0.1;
            for (var row = random.Next(1, 20); row > 0; row--)
            {
                var fields = Guards.Select(g => random.NextDouble() < noise
                    ? string.Concat(Enumerable.Range(0, random.NextDouble() < 0.8 ? 1 : 2).Select(_ => pieces[random.Next(pieces.Length)]))
                    : g == FieldGuard.None ? "\"a, \"\"b\"\"\"" : g == FieldGuard.WholeNumber ? good[random.Next(good.Length)] : "2024-01-31");
                text.Append(string.Join(',', fields)).Append('\n');
            }

            var path = _folder.Write($"{i}.csv", text.ToString());
            if (Lossy(path) > 0)
            {
                lost++;
                Assert.True(MayLose(path, Layout()), $"Missed in {text}");
            }
        }

        Assert.InRange(lost, 40, 360);
    }

    private static CsvLayout Layout(string newLine = @"\n", bool header = false) => new()
    {
        Columns = [.. Guards.Select((_, i) => new DatasetColumn($"c{i}", "VARCHAR"))],
        Delimiter = ",",
        Quote = "\"",
        Escape = "",
        NewLine = newLine,
        Comment = "",
        SkipLines = 0,
        Header = header,
        DateFormat = "",
        TimestampFormat = "",
    };

    private static bool MayLose(string path, CsvLayout layout) => FieldScan.MayLose(
        new SourceFile(path, SourceFormat.Csv, false, new FileInfo(path).Length, default), layout, Guards, CancellationToken.None);

    private bool MayLose(string text, string newLine = @"\n", bool header = false) => MayLose(_folder.Write("a.csv", text), Layout(newLine, header));

    // How many fields, as the engine finds them, would lose something when it converts them.
    private static long Lossy(string path)
    {
        string[] types = ["BIGINT", "VARCHAR", "DATE", "TIMESTAMP", "VARCHAR"];
        var lossy = types.Index().Where(t => t.Item != "VARCHAR").Select(t => LosslessCast.Lossy(new DatasetColumn("c", t.Item), $"c{t.Index}"));
        using var connection = new DuckDbEngine(new DuckDbOptions()).Open();
        try
        {
            return (long)connection.Scalar(
                $"SELECT count(*) FROM read_csv({DuckDbSql.Literal(path)}, auto_detect = false, delim = ',', quote = '\"', header = false, " +
                $"columns = {{{string.Join(", ", types.Select((_, i) => $"'c{i}': 'VARCHAR'"))}}}, ignore_errors = true) " +
                $"WHERE {string.Join(" OR ", lossy)}")!;
        }
        catch (DuckDbException)
        {
            return 0; // It refuses the file: nothing is dropped in silence.
        }
    }
}
