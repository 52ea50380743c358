using System.Globalization;

namespace Dag.Workflows.AttemptLogs;

/// <summary>A place in the log of a run, from which reading can go on.</summary>
/// <param name="Offset">The bytes read of the file of its attempts.</param>
/// <param name="Sequence">The number of the last event read of its history.</param>
public readonly record struct LogPosition(long Offset, long Sequence)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    public static LogPosition? TryParse(string? text) =>
        text?.Split('.') is [var offset, var sequence]
        && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var o)
        && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var s)
            ? new LogPosition(o, s)
            : null;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Offset}.{Sequence}");
}
