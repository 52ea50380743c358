using Dag.Workflows.Scheduling;

namespace Dag.Workflows.Tests.Scheduling;

public sealed class CronFaultTests
{
    [Theory]
    [InlineData("60 0 0 * * *", "second '60': '60' is not one of its values; allowed are 0-59")]
    [InlineData("0 61 0 * * *", "minute '61'")]
    [InlineData("0 0 24 * * *", "hour '24'")]
    [InlineData("0 0 0 0 * *", "day of month '0'")]
    [InlineData("0 0 0 32 * *", "day of month '32'")]
    [InlineData("0 0 0 * 13 *", "month '13'")]
    [InlineData("0 0 0 * JANUARY *", "month 'JANUARY'")]
    [InlineData("0 0 0 * * 8", "day of week '8': '8' is not one of its values; allowed are 0-7 (0 and 7 are Sunday)")]
    [InlineData("0 0 0 * * MONDAY", "day of week 'MONDAY'")]
    [InlineData("0 0 0 * * L", "L needs a day before it, such as FRIL")]
    [InlineData("0 0 0 * * FRI#6", "write a day and its number from 1 to 5, such as FRI#2")]
    [InlineData("0 0 0 * * FRI#1,MON", "# stands alone")]
    [InlineData("0 0 0 1,L * *", "L and W stand alone")]
    [InlineData("0 0 0 W * *", "day of month 'W'")]
    [InlineData("0 0 0 L-31 * *", "day of month 'L-31'")]
    [InlineData("0 */0 0 * * *", "the step '0' must be a number from 1 to 59")]
    [InlineData("0 */x 0 * * *", "the step 'x'")]
    [InlineData("0 5- 0 * * *", "a value is missing")]
    [InlineData("0 1,,2 0 * * *", "a value is missing")]
    [InlineData("0 *,2 0 * * *", "* stands alone")]
    [InlineData("0 -5 0 * * *", "minute '-5'")]
    [InlineData("0 0x5 0 * * *", "minute '0x5'")]
    [InlineData("* * * *", "has 4 fields: write six fields")]
    [InlineData("* * * * * * 2027", "leave out the last one, Quartz's year")]
    [InlineData("@fortnightly", "cron macro '@fortnightly' is not known")]
    [InlineData("", "the cron expression is empty")]
    [InlineData(null, "the cron expression is empty")]
    [InlineData("0 0 0 13 * FRI", "day of month '13' and day of week 'FRI' are both restricted, which Elsa reads as \"both match\"")]
    [InlineData("0 0 0 */2 * FRI", "put ? in one of the two")]
    [InlineData("0 0 */2 * FRI", "one starts with *, which crontab reads as \"both match\"")]
    [InlineData("0 0 LW * FRI", "crontab knows no L, W and #")]
    [InlineData("0 0 0 30 2 ?", "never comes: the longest of these months has 29 days")]
    [InlineData("0 0 0 L-30 4,6 ?", "never comes: the longest of these months has 30 days")]
    public void A_fault_names_the_field_its_value_and_what_is_allowed(string? expression, string expected)
    {
        Assert.False(CronTimetable.TryParse(expression, null, out _, out var faults));
        Assert.Contains(expected, Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        Assert.False(CronTimetable.TryParse("60 99 0 * * XYZ", "Europe/Atlantis", out _, out var faults));

        Assert.Collection(
            faults,
            f => Assert.Contains("second '60'", f, StringComparison.Ordinal),
            f => Assert.Contains("minute '99'", f, StringComparison.Ordinal),
            f => Assert.Contains("day of week 'XYZ'", f, StringComparison.Ordinal),
            f => Assert.Contains("time zone 'Europe/Atlantis'", f, StringComparison.Ordinal));
    }

    [Fact]
    public void A_huge_expression_is_refused_without_repeating_it()
    {
        var exception = Assert.Throws<FormatException>(() => CronTimetable.Parse(new string('7', 10_000_000)));

        Assert.InRange(exception.Message.Length, 1, 400);
    }
}
