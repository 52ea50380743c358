using Dag.Activities.DuckDb;
using Dag.Activities.Models;

namespace Dag.Activities.Tests.Models;

public sealed class DatasetReaderTests : IDisposable
{
    private const string AllTypes = """
        (SELECT * FROM (VALUES
            (1, 2.5::FLOAT, 3.25::DECIMAL(9, 3), 170141183460469231731687303715884105727::HUGEINT, true, 'red',
                DATE '2024-01-02', TIMESTAMP '2024-01-02 03:04:05.5', TIMESTAMPTZ '2024-01-02 03:04:05+02', TIME '01:00:00',
                'a'::ENUM ('a', 'b'),                [1], {'x': 1}, ''::BLOB),
            (NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'infinity'::TIMESTAMP, NULL, NULL, NULL, NULL, NULL, NULL))
        t(i, f, d, h, b, s, day, ts, tz, tod, e, list, struct, blob))
        """;

    private readonly TempFolder _folder = new();
    private readonly DuckDbConnection _connection;

    public DatasetReaderTests() =>
        _connection = new DuckDbEngine(new DuckDbOptions { SpillFolder = _folder.File("spill"), Threads = 2 }).Open();

    public void Dispose()
    {
        _connection.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Each_type_is_read_as_number_boolean_time_or_text_and_the_rest_is_named()
    {
        var table = Read(AllTypes);
        var row = Enumerable.Range(0, 2).Single(r => table.Find("i")!.Numbers[r] == 1);
        object Value(string name) =>
            table.Find(name) is { Kind: ColumnKind.Text } c ? c.Texts[c.Codes[row]] : table.Find(name)!.Numbers[row];

        Assert.Equal([2.5, 3.25, 1.7014118346046923e38, 1.0], new[] { "f", "d", "h", "b" }.Select(Value));
        Assert.Equal([1704153600.0, 1704164645.5, 1704157445.0, 3600.0], new[] { "day", "ts", "tz", "tod" }.Select(Value));
        Assert.Equal(["red", "a"], new[] { "s", "e" }.Select(Value));
        Assert.Equal([ColumnKind.Boolean, ColumnKind.Time], new[] { "b", "tz" }.Select(n => table.Find(n)!.Kind));
        Assert.Equal(["list", "struct", "blob"], table.Unusable.Select(c => c.Name));
        Assert.All(table.Columns, column => Assert.True(column.IsMissing(1 - row)));
    }

    [Fact]
    public void The_hash_read_is_the_hash_of_the_columns_and_orders_the_rows()
    {
        var table = Read("(SELECT i, i % 7 = 0 AS b, 'tëxt' || i % 50 AS s, DATE '2024-01-01' + i::INT AS d FROM range(5000) t(i))");

        Assert.Equal(5000, table.Rows);
        Assert.Equal(RowHash.Of(table.Columns, table.Rows), table.Hashes);
        Assert.Equal(table.Hashes.Order(), table.Hashes);
    }

    [Fact]
    public void Columns_that_are_not_wanted_take_part_in_the_hash_only()
    {
        const string Relation = "(SELECT i AS a, i * 3 AS b, 'x' || i AS c FROM range(300) t(i))";
        var all = Read(Relation);
        var some = Read(Relation, new HashSet<string> { "b" });

        Assert.Equal("b", Assert.Single(some.Columns).Name);
        Assert.Equal(all.Hashes, some.Hashes);
        Assert.Equal(all.Find("b")!.Numbers, some.Find("b")!.Numbers);
    }

    [Fact]
    public void Over_the_cap_a_share_is_drawn_evenly()
    {
        var table = new DatasetReader(_connection, "(SELECT i FROM range(20000) t(i))").Read(null, 5000, 42, null, CancellationToken.None);

        Assert.InRange(table.Rows, 4700, 5300);
        Assert.Equal(20000, table.SourceRows);
        Assert.InRange(table.Find("i")!.Numbers.Average(), 9500, 10500);
    }

    [Fact]
    public void Nothing_is_read_as_nothing()
    {
        Assert.Equal(0, Read("(SELECT 1 AS x WHERE false)").Rows);
        Assert.Empty(Read("(SELECT [1] AS x)").Columns);
    }

    private ModelTable Read(string relation, IReadOnlySet<string>? wanted = null) =>
        new DatasetReader(_connection, relation).Read(wanted, 1_000_000, 42, null, CancellationToken.None);
}
