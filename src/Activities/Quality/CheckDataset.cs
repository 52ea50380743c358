using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Quality;

/// <summary>Checks a dataset version against expectations.</summary>
[Activity(
    "Dag.CheckDataset",
    Category = "Quality",
    DisplayName = "Check dataset",
    Outcomes = [CheckOutcome.Passed, CheckOutcome.Warned, CheckOutcome.Failed],
    Description = "Checks a dataset against expectations, such as values that are present, unique, within limits or of a format. Leaves by " +
        "Passed, Warned or Failed; rows that fail are kept as samples, and can be set aside in a dataset of their own.")]
internal sealed partial class CheckDataset(DatasetChecker checker, TimeProvider clock, ILogger<CheckDataset> logger) : WorkActivity, IValidatableObject
{
    /// <summary>What to check.</summary>
    [Input("The dataset to check, such as flights, flights@3 or the output of another activity.", OptionsFrom = DatasetOptions.Source)]
    [Required]
    public DatasetReference? Dataset { get; set; }

    /// <summary>What is expected.</summary>
    [Input(
        "A JSON list such as [{\"check\": \"between\", \"column\": \"delay\", \"min\": -60, \"max\": 2000, \"mostly\": 0.99, \"severity\": " +
        "\"warn\"}]. Checks: notNull, unique (column or columns), between (min, max, strictMin, strictMax), inSet (values), matches " +
        "(pattern), length (min, max), compare (column, operator, other), sql (where: the rows that are wrong), rowCount (min, max), columns " +
        "(columns, mode exact or subset, ordered), freshness (maxAge, column). All take name and severity (error or warn); those of rows " +
        "take mostly, the share that must be right.",
        UIHint = UIHints.Json)]
    [Required]
    public object? Expectations { get; set; }

    /// <summary>Rows to keep.</summary>
    [Input("How many failing rows of each check are kept with the report; default 20.")]
    [Range(0, 1000)]
    public int SampleRows { get; set; } = 20;

    /// <summary>Whether to fault.</summary>
    [Input("Whether a failed check faults the activity (no outputs but Error; an incident unless Failed is connected); default false: it leaves by Failed.")]
    public bool FaultOnFailure { get; set; }

    /// <summary>Whether to set rows aside.</summary>
    [Input("Whether rows that fail a check of severity error are set aside, and the others become a version; default false. It then leaves by Warned.")]
    public bool Quarantine { get; set; }

    /// <summary>Where the good rows go.</summary>
    [Input("With quarantine: the dataset that gets the rows that are right; default the dataset itself.")]
    public string Target { get; set; } = "";

    /// <summary>Where the others go.</summary>
    [Input("With quarantine: the dataset that gets the rows that are set aside, with a column failed_checks; default the target's name and .rejected.")]
    public string RejectedTo { get; set; } = "";

    /// <summary>Append or replace.</summary>
    [Input("With quarantine: Replace (default): the versions hold these rows only. Append: they continue the datasets.")]
    public WriteMode Mode { get; set; } = WriteMode.Replace;

    /// <summary>How many rows may be set aside.</summary>
    [Input("With quarantine: the share of rows that may be set aside, 0 to 1; default 0.1. With more it leaves by Failed and publishes nothing.")]
    [Range(0.0, 1.0)]
    public double MaxRejected { get; set; } = 0.1;

    /// <summary>The version to go on with.</summary>
    [Output("The version to go on with: the one that was checked, or with quarantine that of the rows that are right; empty when it failed.")]
    public DatasetReference? Result { get; private set; }

    /// <summary>The outcome.</summary>
    [Output("Passed, Warned or Failed.")]
    public string? Outcome { get; private set; }

    /// <summary>What each check found.</summary>
    [Output("What each check found: name, check, severity, status, expected, observed, rows, failingRows, share.")]
    public IReadOnlyList<CheckResult> Results { get; private set; } = [];

    /// <summary>What is not met.</summary>
    [Output("What is not met, in a sentence for people; empty when everything is.")]
    public string? Summary { get; private set; }

    /// <summary>Rows checked.</summary>
    [Output("How many rows were checked.")]
    public long Rows { get; private set; }

    /// <summary>Rows set aside.</summary>
    [Output("How many rows were set aside.")]
    public long RejectedRows { get; private set; }

    /// <summary>The version of the rows set aside.</summary>
    [Output("The version that holds the rows that were set aside; empty when there is none.")]
    public DatasetReference? Rejected { get; private set; }

    /// <summary>Why it failed.</summary>
    [Output("Why it failed, when it leaves by Failed.")]
    public string? Error { get; private set; }

    /// <summary>Time.</summary>
    [Output("How long it took, in seconds.")]
    public double Seconds { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Quarantine && (Target.Length > 0 || RejectedTo.Length > 0))
        {
            yield return new ValidationResult("target and rejectedTo need quarantine: set it to true, or leave them out.");
        }

        foreach (var name in new[] { Target, RejectedTo }.Where(n => n.Length > 0 && !DatasetName.IsValid(n)))
        {
            yield return new ValidationResult($"'{name}' cannot be the name of a dataset: use letters, digits, '_', '-' and single '.'.");
        }

        if (Quarantine && Dataset is not null && Mode == WriteMode.Append && GoodName() == Dataset.Dataset)
        {
            yield return new ValidationResult($"mode Append would double the rows of {Dataset.Dataset}: set target to another dataset, or mode to Replace.");
        }

        if (Quarantine && Dataset is not null && (RejectedName() == GoodName() || RejectedName() == Dataset.Dataset))
        {
            yield return new ValidationResult($"rejectedTo is {RejectedName()}, which holds the rows that are right: name another dataset.");
        }
    }

    /// <inheritdoc/>
    public override async Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var outcome = await checker.CheckAsync(Request(), context, cancellationToken);
        Outcome = outcome.Name;
        Results = outcome.Results;
        Summary = outcome.Summary;
        Rows = outcome.Rows;
        Rejected = outcome.Rejected;
        RejectedRows = outcome.RejectedRows;
        Result = Outcome == CheckOutcome.Failed ? null : outcome.Good ?? outcome.Version.ToReference();
        Seconds = Math.Round(clock.GetElapsedTime(started).TotalSeconds, 3);
        var done = string.Create(
            CultureInfo.InvariantCulture,
            $"{outcome.Version.ToReference()} {Outcome.ToLowerInvariant()}: {Results.Count(r => r.Status == CheckStatus.Passed):N0} of {Results.Count:N0} checks " +
            $"are met, {Rows:N0} rows, {RejectedRows:N0} set aside, {Seconds:0.0} s. {Summary}").TrimEnd();
        context.Report(new WorkProgress(1, done));
        LogChecked(Outcome == CheckOutcome.Passed ? LogLevel.Information : LogLevel.Warning, done);
        if (Outcome == CheckOutcome.Failed)
        {
            Error = $"{outcome.Version.ToReference()} failed its checks. {Summary}";
            if (FaultOnFailure)
            {
                throw new ActivityException(Error) { Retryable = false };
            }
        }

        context.SetOutcomes(Outcome);
    }

    private CheckRequest Request()
    {
        var faults = new List<string>();
        return new CheckRequest
        {
            Dataset = Dataset!,
            Expectations = ExpectationReader.Read(Expectations, faults),
            Faults = faults,
            SampleRows = SampleRows,
            Quarantine = Quarantine ? new QuarantineRequest(GoodName(), RejectedName(), Mode, MaxRejected) : null,
        };
    }

    private string GoodName() => Target.Length > 0 ? Target : Dataset!.Dataset;

    private string RejectedName() => RejectedTo.Length > 0 ? RejectedTo : $"{GoodName()}.rejected";

    [LoggerMessage(Message = "Checked {Result}")]
    private partial void LogChecked(LogLevel level, string result);
}
