using Dag.Workflows.Activities;
using Dag.Workflows.Values;
using FsCheck;
using FsCheck.Fluent;

namespace Dag.Workflows.Tests.Values;

public sealed class ValueCodecTests
{
    public static TheoryData<object> Values() =>
    [
        true, false, "", "text", "ünïcødé \"quoted\" \\ \n \u0000", 0, -1, int.MaxValue, int.MinValue,
        1L, (long)int.MaxValue + 1, long.MaxValue, long.MinValue, 9007199254740993L,
        0.0, 1.0, -1.5, 0.1, 1e15, 123456789012345678.0, 1e300, double.Epsilon, double.MaxValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity,
        0m, 1m, 1.10m, 79228162514264337593543950335m, -0.0000000000000000000000000001m,
    ];

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_read_back_with_its_type(object value)
    {
        var read = ValueCodec.Decode(ValueCodec.Encode(value));
        Assert.Equal(value.GetType(), read?.GetType());
        Assert.Equal(value is decimal m ? m.ToString() : value, read is decimal n ? n.ToString() : read);
    }

    [Fact]
    public void Times_spans_ids_and_bytes_are_read_back()
    {
        object[] values =
        [
            new DateTimeOffset(2026, 3, 1, 12, 30, 15, TimeSpan.FromHours(5.5)).AddTicks(1), DateTimeOffset.MinValue, DateTimeOffset.MaxValue,
            TimeSpan.FromTicks(1), TimeSpan.MinValue, Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"), new byte[] { 0, 1, 255 }, Array.Empty<byte>(),
        ];
        foreach (var value in values)
        {
            var read = ValueCodec.Decode(ValueCodec.Encode(value));
            Assert.Equal(value, read);
            Assert.Equal(value.GetType(), read!.GetType());
        }

        Assert.Equal(TimeSpan.FromHours(5.5), ((DateTimeOffset)ValueCodec.Decode(ValueCodec.Encode(values[0]))!).Offset);
    }

    [Fact]
    public void Names_with_dollars_are_no_tags()
    {
        var value = new Dictionary<string, object?> { ["$"] = "bytes", ["v"] = "not base64!", ["$$"] = 1, ["$x"] = new Dictionary<string, object?> { ["$"] = "long", ["v"] = "x" } };
        var read = Assert.IsType<Dictionary<string, object?>>(ValueCodec.Decode(ValueCodec.Encode(value)));
        Assert.Equal(["$", "v", "$$", "$x"], read.Keys);
        Assert.Equal("bytes", read["$"]);
        Assert.Equal("long", Assert.IsType<Dictionary<string, object?>>(read["$x"])["$"]);
    }

    [Fact]
    public void What_a_run_keeps_is_what_it_reads_back() => Prop.ForAll(Any(3).ToArbitrary(), value =>
    {
        var kept = ValueConverter.Normalize(value);
        Assert.Equal(Describe(kept), Describe(ValueCodec.Decode(ValueCodec.Encode(kept))));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Other_types_become_those_that_a_run_knows()
    {
        Assert.Equal(["1", "2"], Assert.IsType<List<object?>>(ValueConverter.Normalize(new[] { "1", "2" })));
        Assert.Equal([1, 2], Assert.IsType<List<object?>>(ValueConverter.Normalize(new List<int> { 1, 2 })));
        Assert.Equal("Monday", ValueConverter.Normalize(DayOfWeek.Monday));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero), ValueConverter.Normalize(new DateTime(2026, 1, 2)));
        Assert.Equal(1.5, ValueConverter.Normalize(1.5f));
        Assert.Equal(7, ValueConverter.Normalize((short)7));
        Assert.Equal("b", Assert.IsType<Dictionary<string, object?>>(ValueConverter.Normalize(new Dictionary<string, string> { ["a"] = "b" }))["a"]);
        Assert.Equal(3, Assert.IsType<Dictionary<string, object?>>(ValueConverter.Normalize(new Point(3, "p")))["x"]);
    }

    [Fact]
    public void A_value_nested_as_deep_as_a_definition_allows_is_read_back()
    {
        object? value = "bottom";
        for (var i = 0; i < 250; i++)
        {
            value = new List<object?> { value };
        }

        Assert.Equal(Describe(value), Describe(ValueCodec.Decode(ValueCodec.Encode(value))));
    }

    [Fact]
    public void A_value_over_32_KB_becomes_a_reference_to_a_blob_once()
    {
        var keeper = new ValueKeeper();
        var text = new string('x', ValueKeeper.InlineLimit);
        var reference = Assert.IsType<BlobReference>(keeper.Keep(text));
        Assert.Equal(text, reference.Value);
        var (hash, content) = Assert.Single(keeper.TakeNew());
        Assert.Equal(reference.Hash, hash);
        Assert.Equal(text, ValueCodec.Decode(content));
        Assert.Equal(hash, Assert.IsType<BlobReference>(ValueCodec.Decode(ValueCodec.Encode(reference))).Hash);
        Assert.Empty(keeper.TakeNew());
        Assert.Same(reference, keeper.Keep(reference));
    }

    [Fact]
    public void A_value_of_32_KB_stays_in_the_event()
    {
        var keeper = new ValueKeeper();
        var text = new string('x', ValueKeeper.InlineLimit - 2);
        Assert.Same(text, keeper.Keep(text));
        Assert.Empty(keeper.TakeNew());
    }

    [Theory]
    [InlineData("text")]
    [InlineData("list")]
    [InlineData("dictionary")]
    [InlineData("bytes")]
    public void What_is_large_is_kept_apart_whatever_its_kind(string kind)
    {
        object value = kind switch
        {
            "text" => new string('ä', 20_000),
            "list" => Enumerable.Range(0, 20_000).Cast<object?>().ToList(),
            "dictionary" => Enumerable.Range(0, 5_000).ToDictionary(i => $"name{i}", i => (object?)i),
            _ => new byte[30_000],
        };
        Assert.IsType<BlobReference>(new ValueKeeper().Keep(value));
    }

    [Fact]
    public void A_value_over_16_MB_is_refused_with_what_to_do()
    {
        var e = Assert.Throws<ActivityException>(() => new ValueKeeper().Keep(new string('x', ValueKeeper.Limit)));
        Assert.False(e.Retryable);
        Assert.Contains("16,777,218 bytes", e.Message);
        Assert.Contains("dataset", e.Message);
    }

    private static Gen<object?> Any(int depth)
    {
        var leaves = Gen.OneOf(
            Gen.Constant<object?>(null),
            ArbMap.Default.GeneratorFor<bool>().Select(v => (object?)v),
            ArbMap.Default.GeneratorFor<int>().Select(v => (object?)v),
            ArbMap.Default.GeneratorFor<long>().Select(v => (object?)v),
            ArbMap.Default.GeneratorFor<double>().Select(v => (object?)v),
            ArbMap.Default.GeneratorFor<decimal>().Select(v => (object?)v),
            ArbMap.Default.GeneratorFor<NonNull<string>>().Select(v => (object?)v.Get),
            ArbMap.Default.GeneratorFor<Guid>().Select(v => (object?)v),
            ArbMap.Default.GeneratorFor<DateTimeOffset>().Select(v => (object?)v),
            ArbMap.Default.GeneratorFor<DateTime>().Select(v => (object?)v),
            ArbMap.Default.GeneratorFor<TimeSpan>().Select(v => (object?)v),
            ArbMap.Default.GeneratorFor<float>().Where(float.IsFinite).Select(v => (object?)v),
            ArbMap.Default.GeneratorFor<byte[]>().Select(v => (object?)v),
            ArbMap.Default.GeneratorFor<int[]>().Select(v => (object?)v),
            ArbMap.Default.GeneratorFor<DayOfWeek>().Select(v => (object?)v));
        return depth == 0 ? leaves : Gen.OneOf(
            leaves,
            Any(depth - 1).ListOf().Select(v => (object?)v.ToList()),
            Any(depth - 1).ListOf().Select(v => (object?)v.Select((item, i) => ($"{(i % 2 == 0 ? "$" : "")}k{i}", item)).ToDictionary(e => e.Item1, e => e.item)));
    }

    private static string Describe(object? value) => value switch
    {
        null => "null",
        Dictionary<string, object?> entries => "{" + string.Join(", ", entries.Select(e => $"{e.Key}: {Describe(e.Value)}")) + "}",
        List<object?> items => "[" + string.Join(", ", items.Select(Describe)) + "]",
        byte[] bytes => "bytes " + Convert.ToBase64String(bytes),
        DateTimeOffset time => time.ToString("O"),
        double number => "double " + number.ToString("R"),
        _ => $"{value.GetType().Name} {value}",
    };

    private sealed record Point(int X, string Name);
}
