using System.Globalization;

namespace Dag.Workflows.Scheduling;

/// <summary>One field of a cron expression: its name in messages, its values and their names.</summary>
internal sealed class CronField
{
    public static readonly CronField Second = new("second", 0, 59);
    public static readonly CronField Minute = new("minute", 0, 59);
    public static readonly CronField Hour = new("hour", 0, 23);
    public static readonly CronField DayOfMonth = new("day of month", 1, 31);

    public static readonly CronField Month = new("month", 1, 12)
    {
        Names = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    };

    /// <summary>0 and 7 are both Sunday; in a set of values Sunday is 0.</summary>
    public static readonly CronField DayOfWeek = new("day of week", 0, 7)
    {
        Names = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    };

    private CronField(string name, int min, int max)
    {
        Name = name;
        Min = min;
        Max = max;
    }

    public string Name { get; }

    public int Min { get; }

    public int Max { get; }

    /// <summary>Names of the values from <see cref="Min"/> on; none for most fields.</summary>
    public IReadOnlyList<string> Names { get; private init; } = [];

    /// <summary>How many different values there are.</summary>
    public int Count => this == DayOfWeek ? 7 : Max - Min + 1;

    /// <summary>The bits of all values.</summary>
    public ulong All => ((1UL << Count) - 1) << Min;

    /// <summary>What may be written, for messages.</summary>
    public string Allowed =>
        this == DayOfMonth ? "1-31, lists, ranges, steps, or alone L, L-3, LW, 15W, * or ?"
        : this == Month ? "1-12 or JAN-DEC, lists, ranges, steps or *"
        : this == DayOfWeek ? "0-7 (0 and 7 are Sunday) or SUN-SAT, lists, ranges, steps, or alone FRIL, FRI#2, * or ?"
        : $"{Min}-{Max}, lists, ranges, steps or *";

    /// <summary>The value that a number or a name stands for.</summary>
    public bool TryValue(ReadOnlySpan<char> text, out int value)
    {
        if (TryNumber(text, out value))
            return value >= Min && value <= Max;

        for (var i = 0; i < Names.Count; i++)
        {
            if (text.Equals(Names[i], StringComparison.OrdinalIgnoreCase))
            {
                value = Min + i;
                return true;
            }
        }

        return false;
    }

    /// <summary>The bit of a value in a set of them.</summary>
    public ulong Bit(int value) => 1UL << (this == DayOfWeek ? value % 7 : value);

    /// <summary>A number of at most three plain digits.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        return text.Length is > 0 and <= 3 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
