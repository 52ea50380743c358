using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Queries;

/// <summary>Asks datasets a question in SQL.</summary>
[Activity(
    "Dag.QueryDataset",
    Category = "Transform",
    ReadsVariables = true,
    DisplayName = "Query datasets",
    Description = "Runs a SELECT (DuckDB's SQL) over datasets of the lake. Its rows are the result, or a new version of a dataset. It can " +
        "read nothing but datasets, and change nothing.")]
internal sealed partial class QueryDataset(DatasetQuery query, TimeProvider clock, ILogger<QueryDataset> logger) : WorkActivity
{
    /// <summary>The SQL.</summary>
    [Input(
        "One SELECT. Datasets are its tables, by name (flights, \"daily-sales\", orders.rejected), as they are now, or in a version " +
        "(\"flights@3\"). Variables of the workflow and parameters are read with getvariable('name').",
        UIHint = UIHints.Code, Language = "sql")]
    [Required]
    public string Sql { get; set; } = "";

    /// <summary>Versions to read.</summary>
    [Input("Versions that datasets are read in, such as flights@3 or the output of another activity, or a list of them; others are read as they are now.")]
    public IReadOnlyList<DatasetReference> Datasets { get; set; } = [];

    /// <summary>Values for the SQL.</summary>
    [Input("Further values by name, such as {\"since\": \"2026-01-01\"}; the SQL reads them with getvariable('since'). They go before variables of the same name.",
        UIHint = UIHints.Dictionary)]
    public IReadOnlyDictionary<string, object?> Parameters { get; set; } = new Dictionary<string, object?>();

    /// <summary>Where the rows go.</summary>
    [Input("The dataset that gets the rows as a new version; default none: the rows are the output Data.")]
    public string Into { get; set; } = "";

    /// <summary>Append or replace.</summary>
    [Input("With into: Replace (default): the version holds these rows only. Append: it continues the dataset.")]
    public WriteMode Mode { get; set; } = WriteMode.Replace;

    /// <summary>How many rows.</summary>
    [Input("Without into: how many rows there may be; default 1000. More are a fault.")]
    [Range(1, 100_000)]
    public int MaxRows { get; set; } = 1000;

    /// <summary>The rows.</summary>
    [Output("Without into: the rows, each with its values by column.")]
    public IReadOnlyList<IReadOnlyDictionary<string, object?>>? Data { get; private set; }

    /// <summary>The first value.</summary>
    [Output("Without into: the first value of the first row; empty when there is none.")]
    public object? Value { get; private set; }

    /// <summary>The version made.</summary>
    [Output("With into: the version that was made.")]
    public DatasetReference? Result { get; private set; }

    /// <summary>How many rows.</summary>
    [Output("How many rows the query gave.")]
    public long Rows { get; private set; }

    /// <summary>Time.</summary>
    [Output("How long it took, in seconds.")]
    public double Seconds { get; private set; }

    /// <inheritdoc/>
    public override async Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var values = new Dictionary<string, object?>(context.Variables, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in Parameters)
        {
            values[name] = value;
        }

        var request = new QueryRequest(Sql, Datasets, values);
        void Report(double fraction) => context.Report(new WorkProgress(fraction, "querying"));
        if (Into.Length > 0)
        {
            var version = await query.PublishAsync(request, DatasetName.Validated(Into), Mode, context, Report, cancellationToken);
            Result = version.ToReference();
            Rows = version.AddedRows;
        }
        else
        {
            var rows = await query.ReadAsync(request, MaxRows, Report, cancellationToken);
            Data = rows;
            Value = rows is [var first, ..] ? first.Values.FirstOrDefault() : null;
            Rows = rows.Count;
        }

        Seconds = Math.Round(clock.GetElapsedTime(started).TotalSeconds, 3);
        var done = string.Create(CultureInfo.InvariantCulture, $"{(Result is null ? "" : $"{Result}: ")}{Rows:N0} rows, {Seconds:0.0} s");
        context.Report(new WorkProgress(1, done));
        LogQueried(done);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Queried {Result}")]
    private partial void LogQueried(string result);
}
