using System.Globalization;
using Dag.Activities.Models;

namespace Dag.Activities.Tests.Models;

public sealed class DateTextTests
{
    [Theory]
    [InlineData("2024-05-06", 1714953600)]
    [InlineData("1969.12.31", -86400)]
    [InlineData(" 2024/05/06 07:08 ", 1714979280)]
    [InlineData("2024-05-06T07:08:09", 1714979289)]
    [InlineData("2024-05-06T07:08:09.5Z", 1714979289.5)]
    [InlineData("2024-05-06 07:08:09+02:00", 1714972089)]
    [InlineData("2024-05-06 07:08-01:30", 1714984680)]
    public void Dates_are_read_from_text_that_starts_with_the_year(string text, double seconds) =>
        Assert.Equal(seconds, DateText.Parse(text), 1e-6);

    [Theory]
    [InlineData("")]
    [InlineData("06.05.2024")]
    [InlineData("20240506")]
    [InlineData("2024-05/06")]
    [InlineData("2024-02-30")]
    [InlineData("2024-13-01")]
    [InlineData("0000-01-01")]
    [InlineData("2024-05-06 24:00")]
    [InlineData("2024-05-06 7:08")]
    [InlineData("2024-05-06 07:60")]
    [InlineData("2024-05-06 07:08:60")]
    [InlineData("2024-05-06 07:08:0")]
    [InlineData("2024-05-06 07:08Zulu")]
    [InlineData("2024-05-06x")]
    [InlineData("2024-05-06T")]
    [InlineData("2024-05-06 07:08-0130")]
    [InlineData("-024-05-06")]
    public void Other_text_is_no_date(string text) =>
        Assert.Equal(double.NaN, DateText.Parse(text));

    [Fact]
    public void Any_time_is_read_as_it_was_written()
    {
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var time = new DateTime(random.NextInt64(DateTime.MaxValue.Ticks) / 10_000 * 10_000, DateTimeKind.Utc);
            var text = time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
            Assert.Equal((time - DateTime.UnixEpoch).TotalSeconds, DateText.Parse(text), 1e-4);
        }
    }

    [Fact]
    public void A_column_is_one_of_times_only_when_every_text_in_it_is_a_date()
    {
        var table = new ModelTable([
            ModelColumn.OfTexts("all", ["2024-05-06", null, "2024-05-07"]),
            ModelColumn.OfTexts("some", ["2024-05-06", "soon", "2024-05-07"]),
            ModelColumn.OfTexts("none", ["a", "b", null])]);
        var recognised = DateText.Recognise(table);

        Assert.Equal([ColumnKind.Time, ColumnKind.Text, ColumnKind.Text], recognised.Columns.Select(c => c.Kind));
        Assert.Equal(table.Hashes, recognised.Hashes);
    }
}
