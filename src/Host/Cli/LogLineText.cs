using System.Globalization;
using Dag.Workflows.AttemptLogs;

namespace Dag.Host.Cli;

/// <summary>A line of a log for people.</summary>
internal static class LogLineText
{
    public static string Of(LogLine line, TimeZoneInfo zone)
    {
        var at = TimeZoneInfo.ConvertTime(line.At, zone).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var who = line switch
        {
            { Activity: null } => "",
            { Attempt: > 1 } => string.Create(CultureInfo.InvariantCulture, $" {line.Activity} (attempt {line.Attempt})"),
            _ => $" {line.Activity}",
        };
        return $"{at} {Level(line)}{who}: {line.Message}{(line.Exception is null ? "" : Environment.NewLine + line.Exception)}";
    }

    private static string Level(LogLine line) => line switch
    {
        { Kind: LogLineKind.Written } => "OUT",
        { Kind: LogLineKind.Progress } => "···",
        { Level: LogLevel.Critical } => "FTL",
        { Level: LogLevel.Error } => "ERR",
        { Level: LogLevel.Warning } => "WRN",
        { Level: LogLevel.Information } => "INF",
        _ => "DBG",
    };
}
