using Dag.Activities.DuckDb;

namespace Dag.Activities.Tests.DuckDb;

public sealed class DuckDbVectorTests : IDisposable
{
    private readonly DuckDbConnection _connection = new DuckDbEngine(new DuckDbOptions()).Open();

    public void Dispose() => _connection.Dispose();

    [Theory]
    [InlineData("TINYINT", -128.0)]
    [InlineData("UTINYINT", 200.0)]
    [InlineData("SMALLINT", -32000.0)]
    [InlineData("USMALLINT", 65000.0)]
    [InlineData("INTEGER", -2000000000.0)]
    [InlineData("UINTEGER", 4000000000.0)]
    [InlineData("BIGINT", -9000000000000.0)]
    [InlineData("UBIGINT", 18000000000000000000.0)]
    [InlineData("HUGEINT", -1e30)]
    [InlineData("UHUGEINT", 3e38)]
    [InlineData("FLOAT", 0.5)]
    [InlineData("DOUBLE", -1e300)]
    [InlineData("DECIMAL(4,2)", -12.25)]
    [InlineData("DECIMAL(9,3)", 123456.125)]
    [InlineData("DECIMAL(18,6)", -99999999.5)]
    [InlineData("DECIMAL(38,10)", 12345678901234567.5)]
    [InlineData("BOOLEAN", 1.0)]
    public void Every_number_is_read_as_a_double_and_null_as_NaN(string type, double value)
    {
        using var result = _connection.Query($"SELECT CASE WHEN i = 0 THEN CAST($1 AS {type}) END AS a FROM (VALUES (0), (1)) t(i)", [value]);
        Assert.True(result.NextChunk());
        var target = new double[result.RowCount + 1];

        result.Vector(0).CopyTo(target);

        Assert.Equal(value, target[0], Math.Abs(value) * 1e-12);
        Assert.Equal(value, result.Vector(0).GetDouble(0), Math.Abs(value) * 1e-12);
        Assert.True(double.IsNaN(target[1]));
    }

    [Fact]
    public void All_chunks_together_hold_each_row_once_with_its_nulls()
    {
        using var result = _connection.Query(
            "SELECT range AS n, CASE WHEN range % 3 = 0 THEN NULL ELSE range / 2 END AS half, 'row ' || range AS label FROM range(100_000)");
        long sum = 0, nulls = 0, rows = 0, bytes = 0;
        while (result.NextChunk())
        {
            var half = result.Vector(1);
            var label = result.Vector(2);
            foreach (var n in result.Vector(0).Values<long>())
            {
                sum += n;
            }

            for (var row = 0; row < result.RowCount; row++)
            {
                nulls += half.IsNull(row) ? 1 : 0;
                bytes += label.Bytes(row).Length;
                Assert.Equal($"row {rows + row}", label.GetString(row));
            }

            rows += result.RowCount;
        }

        Assert.Equal((100_000, 4_999_950_000, 33_334, 888_890), (rows, sum, nulls, bytes));
    }

    [Theory]
    [InlineData("'2024-02-29'::DATE", "2024-02-29")]
    [InlineData("'1969-07-20 20:17:40.5'::TIMESTAMP", "1969-07-20T20:17:40.5000000")]
    [InlineData("'2024-01-01 00:00:01'::TIMESTAMP_S", "2024-01-01T00:00:01.0000000")]
    [InlineData("'2024-01-01 00:00:00.25'::TIMESTAMP_MS", "2024-01-01T00:00:00.2500000")]
    [InlineData("'2024-01-01 00:00:00.0000005'::TIMESTAMP_NS", "2024-01-01T00:00:00.0000005")]
    [InlineData("'2024-01-01 12:00:00+02'::TIMESTAMPTZ", "2024-01-01T10:00:00.0000000+00:00")]
    [InlineData("TIME '12:34:56'", "12:34:56.0000000")]
    [InlineData("170141183460469231731::HUGEINT", "170141183460469231731")]
    [InlineData("1.10::DECIMAL(5,2)", "1.1")]
    [InlineData("sum(x) FROM (VALUES (1), (2)) t(x)", "3")]
    public void Values_become_the_nearest_net_type(string sql, string expected)
    {
        var value = _connection.Scalar("SELECT " + sql);

        Assert.Equal(expected, value switch
        {
            DateOnly d => d.ToString("O"),
            DateTime t => t.ToString("O"),
            DateTimeOffset t => t.ToString("O"),
            TimeOnly t => t.ToString("O"),
            IFormattable f => f.ToString("G", System.Globalization.CultureInfo.InvariantCulture),
            _ => value,
        });
    }

    [Fact]
    public void Nested_types_ask_for_a_cast_and_are_read_through_it()
    {
        using var result = _connection.Query("SELECT [1, 2] AS l, CAST([1, 2] AS VARCHAR), 'b'::ENUM('a', 'b')::VARCHAR");
        Assert.True(result.NextChunk());

        var fault = Assert.Throws<InvalidOperationException>(() => result.Vector(0).GetValue(0));
        Assert.Equal("Column l is List and cannot be read as a number: cast it in the SQL.", fault.Message);
        Assert.Equal("[1, 2]", result.Vector(1).GetString(0));
        Assert.Equal("b", result.Vector(2).GetString(0));
    }

    [Fact]
    public void Reading_values_as_another_layout_is_refused()
    {
        using var result = _connection.Query("SELECT 1::BIGINT AS a");
        Assert.True(result.NextChunk());

        Assert.Throws<InvalidOperationException>(() => result.Vector(0).Values<int>());
        Assert.Throws<InvalidOperationException>(() => result.Vector(0).Bytes(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => result.Vector(1));
    }

    [Fact]
    public void Reading_a_million_numbers_allocates_next_to_nothing()
    {
        using var result = _connection.Query("SELECT range::DOUBLE FROM range(1_000_000)");
        var buffer = new double[4096];
        var before = GC.GetAllocatedBytesForCurrentThread();
        while (result.NextChunk())
        {
            result.Vector(0).CopyTo(buffer);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 10);
    }
}
