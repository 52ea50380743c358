using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Quality;

/// <summary>Says in figures what a dataset version holds.</summary>
[Activity(
    "Dag.ProfileDataset",
    Category = "Quality",
    DisplayName = "Profile dataset",
    Description = "Says in figures what a dataset holds: rows, missing and distinct values, extremes, mean, quantiles, frequent values and a " +
        "histogram of each column. The profile is kept with the version, so that versions can be compared.")]
internal sealed partial class ProfileDataset(DatasetProfiler profiler, TimeProvider clock, ILogger<ProfileDataset> logger) : WorkActivity
{
    /// <summary>What to profile.</summary>
    [Input("The dataset to profile, such as flights, flights@3 or the output of another activity.", OptionsFrom = DatasetOptions.Source)]
    [Required]
    public DatasetReference? Dataset { get; set; }

    /// <summary>Bins of histograms.</summary>
    [Input("How many bins of the same width a histogram has; default 20.")]
    [Range(2, 1000)]
    public int Bins { get; set; } = 20;

    /// <summary>How many frequent values.</summary>
    [Input("How many of the most frequent values are kept; default 10.")]
    [Range(1, 1000)]
    public int TopValues { get; set; } = 10;

    /// <summary>Up to where distinct values are exact.</summary>
    [Input("Up to how many distinct values are counted exactly; default 100000. Beyond, their number is an estimate, and the profile says so.")]
    [Range(0, 100_000_000)]
    public int DistinctLimit { get; set; } = 100_000;

    /// <summary>The version.</summary>
    [Output("The version that was profiled.")]
    public DatasetReference? Result { get; private set; }

    /// <summary>Rows.</summary>
    [Output("How many rows it has.")]
    public long Rows { get; private set; }

    /// <summary>The columns in short.</summary>
    [Output("The columns in short: name, type, nulls, distinct, min, max, mean. The whole profile is kept with the version.")]
    public IReadOnlyList<ColumnSummary> Columns { get; private set; } = [];

    /// <summary>What stands out.</summary>
    [Output("What stands out: columns without a value, and those with a single one.")]
    public IReadOnlyList<string> Notes { get; private set; } = [];

    /// <summary>Time.</summary>
    [Output("How long it took, in seconds.")]
    public double Seconds { get; private set; }

    /// <inheritdoc/>
    public override async Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var profile = await profiler.ProfileAsync(Dataset!, new ProfileSettings(Bins, TopValues, DistinctLimit), context, cancellationToken);
        Result = profile.Dataset;
        Rows = profile.Rows;
        Columns = [.. profile.Columns.Select(c => new ColumnSummary(c.Name, c.Type, c.Nulls, c.Distinct, c.Min, c.Max, c.Numbers?.Mean))];
        Notes = [.. profile.Columns.Select(c => Note(c, profile.Rows)).OfType<string>()];
        Seconds = Math.Round(clock.GetElapsedTime(started).TotalSeconds, 3);
        var done = string.Create(CultureInfo.InvariantCulture, $"{Result}: {Rows:N0} rows, {Columns.Count:N0} columns, {Seconds:0.0} s");
        context.Report(new WorkProgress(1, done));
        LogProfiled(done);
    }

    private static string? Note(ColumnProfile column, long rows) =>
        rows == 0 ? null
        : column.Nulls == rows ? $"{column.Name} has no value"
        : column is { Distinct: 1, DistinctIsExact: true, Nulls: 0 } && rows > 1 ? $"{column.Name} is always {column.Min}"
        : null;

    [LoggerMessage(Level = LogLevel.Information, Message = "Profiled {Result}")]
    private partial void LogProfiled(string result);
}

/// <summary>A column in short.</summary>
internal sealed record ColumnSummary(string Name, string Type, long Nulls, long? Distinct, string? Min, string? Max, double? Mean);
