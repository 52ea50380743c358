using System.Globalization;
using System.Text.Json;
using Dag.Workflows.Values;

namespace Dag.Workflows.Tests.Values;

public sealed class ValueConverterTests
{
    [Theory]
    [InlineData("Int16", typeof(int))]
    [InlineData("Int32", typeof(int))]
    [InlineData("int32", typeof(int))]
    [InlineData("Int64", typeof(long))]
    [InlineData("Long", typeof(long))]
    [InlineData("Single", typeof(double))]
    [InlineData("Double", typeof(double))]
    [InlineData("Decimal", typeof(decimal))]
    [InlineData("Boolean", typeof(bool))]
    [InlineData("String", typeof(string))]
    [InlineData("Object", typeof(object))]
    [InlineData("ByteArray", typeof(byte[]))]
    [InlineData("Guid", typeof(Guid))]
    [InlineData("DateTime", typeof(DateTimeOffset))]
    [InlineData("DateTimeOffset", typeof(DateTimeOffset))]
    [InlineData("TimeSpan", typeof(TimeSpan))]
    [InlineData("JsonArray", typeof(IReadOnlyList<object>))]
    [InlineData("StringDictionary", typeof(IReadOnlyDictionary<string, string>))]
    [InlineData("String[]", typeof(IReadOnlyList<string>))]
    [InlineData("System.Int32, System.Private.CoreLib", typeof(int))]
    [InlineData("System.Int32[], System.Private.CoreLib", typeof(IReadOnlyList<int>))]
    [InlineData("Acme.Unknown", typeof(object))]
    [InlineData("", typeof(object))]
    [InlineData(null, typeof(object))]
    public void An_alias_or_CLR_name_names_its_type(string? name, Type type) => Assert.Equal(type, TypeAliases.Resolve(name));

    [Fact]
    public void An_array_flag_makes_a_list() => Assert.Equal(typeof(IReadOnlyList<double>), TypeAliases.Resolve("Double", isArray: true));

    [Theory]
    [InlineData("True", typeof(bool), "True")]
    [InlineData("true", typeof(bool), "True")]
    [InlineData(" true ", typeof(bool), "True")]
    [InlineData(1, typeof(bool), "True")]
    [InlineData("42", typeof(int), "42")]
    [InlineData(" 42 ", typeof(int), "42")]
    [InlineData("42", typeof(long), "42")]
    [InlineData(42.0, typeof(int), "42")]
    [InlineData("1.5", typeof(double), "1.5")]
    [InlineData("1e3", typeof(double), "1000")]
    [InlineData("1.10", typeof(decimal), "1.10")]
    [InlineData(5, typeof(string), "5")]
    [InlineData(true, typeof(string), "True")]
    [InlineData("00:00:05", typeof(TimeSpan), "00:00:05")]
    [InlineData(90, typeof(TimeSpan), "00:01:30")]
    [InlineData("monday", typeof(DayOfWeek), "Monday")]
    [InlineData(1, typeof(DayOfWeek), "Monday")]
    [InlineData("", typeof(int), "0")]
    [InlineData("2026-03-01T00:00:00Z", typeof(DateTimeOffset), "2026-03-01T00:00:00.0000000+00:00")]
    [InlineData("2026-03-01", typeof(DateTimeOffset), "2026-03-01T00:00:00.0000000+00:00")]
    [InlineData("[1,\"2\"]", typeof(IReadOnlyList<int>), "[1,2]")]
    [InlineData("single", typeof(IReadOnlyList<string>), "[\"single\"]")]
    [InlineData("{\"a\":1}", typeof(IReadOnlyDictionary<string, object>), "{\"a\":1}")]
    [InlineData("{\"a\":1}", typeof(IReadOnlyDictionary<string, string>), "{\"a\":\"1\"}")]
    public void Values_are_converted_leniently(object value, Type type, string expected)
    {
        var converted = ValueConverter.Convert(value, type);
        Assert.IsType(type, converted, exactMatch: false);
        Assert.Equal(expected, ValueConverter.ToText(converted));
    }

    [Theory]
    [InlineData("many", typeof(int), "'many' cannot be read as Int32.")]
    [InlineData("99999999999", typeof(int), "'99999999999' cannot be read as Int32.")]
    [InlineData("yes", typeof(bool), "'yes' cannot be read as Boolean.")]
    [InlineData("soon", typeof(TimeSpan), "'soon' cannot be read as TimeSpan.")]
    [InlineData("never", typeof(DateTimeOffset), "'never' cannot be read as DateTimeOffset.")]
    [InlineData("x", typeof(Guid), "'x' cannot be read as Guid.")]
    [InlineData("nosuch", typeof(DayOfWeek), "'nosuch' cannot be read as one of Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday.")]
    [InlineData("[1,", typeof(IReadOnlyList<int>), "'[1,' cannot be read as Object.")]
    [InlineData(1e30, typeof(decimal), "'1E+30' cannot be read as Decimal.")]
    [InlineData(1e30, typeof(TimeSpan), "'1E+30' cannot be read as TimeSpan.")]
    public void What_cannot_be_converted_is_named_with_the_type(object value, Type type, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => ValueConverter.Convert(value, type)).Message);

    [Fact]
    public void Text_is_the_same_in_every_culture()
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            Assert.Equal("1.5", ValueConverter.ToText(1.5));
            Assert.Equal("1.5", ValueConverter.ToText(1.5m));
            Assert.Equal(1.5, ValueConverter.Convert("1.5", typeof(double)));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Null_is_the_default_of_a_type()
    {
        Assert.Equal(0, ValueConverter.Convert(null, typeof(int)));
        Assert.Null(ValueConverter.Convert(null, typeof(int?)));
        Assert.Null(ValueConverter.Convert(null, typeof(string)));
    }

    [Theory]
    [InlineData("1", typeof(int))]
    [InlineData("3000000000", typeof(long))]
    [InlineData("1.5", typeof(double))]
    [InlineData("1.0", typeof(double))]
    [InlineData("1e3", typeof(double))]
    [InlineData("12345678901234567890", typeof(decimal))]
    [InlineData("\"x\"", typeof(string))]
    [InlineData("[]", typeof(List<object>))]
    [InlineData("{}", typeof(Dictionary<string, object>))]
    public void JSON_has_natural_types(string json, Type type) =>
        Assert.IsType(type, ValueConverter.FromJson(JsonSerializer.Deserialize<JsonElement>(json)));
}
