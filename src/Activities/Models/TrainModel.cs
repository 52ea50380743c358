using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Models;

/// <summary>
/// Trains candidates on a dataset, compares them with each other and with a dummy, and publishes the best as a model version.
/// </summary>
[Activity("Dag.TrainModel", Category = "Models", DisplayName = "Train model",
    Description = "Trains a dummy, a linear or logistic model and XGBoost on a dataset, compares them on the same rows, and publishes "
        + "the best as a new version of a model.")]
internal sealed partial class TrainModel(
    DatasetTables datasets, ModelTraining training, ModelRegistry registry, TimeProvider timeProvider, ILogger<TrainModel> logger)
    : WorkActivity
{
    // Of the time; the rest is training.
    private const double ReadingShare = 0.15;

    /// <summary>What to learn from.</summary>
    [Input("The dataset to learn from, such as flights, flights@3 or the output of another activity.", OptionsFrom = DatasetOptions.Source)]
    [Required]
    public DatasetReference? Dataset { get; set; }

    /// <summary>What to predict.</summary>
    [Input("The column to predict. Rows in which it is empty are left out.")]
    [Required]
    public string Target { get; set; } = "";

    /// <summary>What to predict it from.</summary>
    [Input("The columns to learn from. Default: all but the target; columns that are constant or look like identifiers are left out.")]
    public IReadOnlyList<string> Features { get; set; } = [];

    /// <summary>What kind of question it is.</summary>
    [Input("Regression, Binary, Multiclass, or Auto (default): text, booleans, two different numbers and up to ten whole numbers are "
        + "classes, other numbers are regression.")]
    public ModelTask Task { get; set; } = ModelTask.Auto;

    /// <summary>What to try.</summary>
    [Input("The models to try: dummy, linear (regression), logistic (classes), xgboost. Default: all that suit the task. The dummy is "
        + "always trained for comparison.")]
    public IReadOnlyList<string> Candidates { get; set; } = [];

    /// <summary>What the model is called.</summary>
    [Input("The model's name in the registry. Default: the dataset's and the target's, such as flights-delay.")]
    public string Model { get; set; } = "";

    /// <summary>How candidates are compared.</summary>
    [Input("The metric that decides: Rmse, Mae or R2 for regression; LogLoss, Accuracy or F1 for classes; Auc for two. "
        + "Default: Auto, which is Rmse or LogLoss.")]
    public ModelMetric Metric { get; set; } = ModelMetric.Auto;

    /// <summary>How rows are held out.</summary>
    [Input("Content (default) holds a row out by a hash of its content, so it stays held out in every later version of the dataset; Random "
        + "holds out an exact share, anew for each version.")]
    public SplitKind Split { get; set; } = SplitKind.Content;

    /// <summary>How much is held out.</summary>
    [Input("The share of rows held out for the final test, 0.01 to 0.9. Default: 0.25.")]
    [Range(0.01, 0.9)]
    public double TestShare { get; set; } = 0.25;

    /// <summary>Cross-validation.</summary>
    [Input("Folds of the cross-validation on the training rows by which the candidates are compared. Default: 3; 0 compares them on the "
        + "held-out rows, which is faster and makes the winner's figures look a little too good.")]
    [Range(0, 50)]
    public int Folds { get; set; } = 3;

    /// <summary>The seed.</summary>
    [Input("The seed of everything random. Default: 42. Models of different seeds are compared on the rows that both held out.")]
    public int Seed { get; set; } = 42;

    /// <summary>Trees of XGBoost.</summary>
    [Input("XGBoost: how many trees, for each class if there are more than two. Default: 100.")]
    [Range(1, 100_000)]
    public int Rounds { get; set; } = 100;

    /// <summary>Depth of the trees of XGBoost.</summary>
    [Input("XGBoost: how deep a tree may be. Default: 6.")]
    [Range(1, 30)]
    public int MaxDepth { get; set; } = 6;

    /// <summary>Weight of each tree of XGBoost.</summary>
    [Input("XGBoost: how much each tree counts, 0 to 1. Default: 0.1.")]
    [Range(0.0001, 1)]
    public double LearningRate { get; set; } = 0.1;

    /// <summary>Penalty of linear models.</summary>
    [Input("Linear and logistic: the penalty on squared weights. Default: 0 for linear, 1 for logistic.")]
    [Range(0, 1e12)]
    public double? L2 { get; set; }

    /// <summary>Cap on categories.</summary>
    [Input("How many different texts of a column are told apart; rarer and unknown ones count as one. Default: 50.")]
    [Range(1, 10_000)]
    public int MaxCategories { get; set; } = 50;

    /// <summary>Cap on rows.</summary>
    [Input("The most rows to use; of a larger dataset, the same rows are drawn each time. Default: 1,000,000. Memory grows with it: about "
        + "50 bytes for each row and column, more for texts that all differ.")]
    [Range(10, 100_000_000)]
    public int MaxRows { get; set; } = 1_000_000;

    /// <summary>The published version.</summary>
    [Output("The new version: its model and number.")]
    public ModelReference? ModelVersion { get; private set; }

    /// <summary>Its number.</summary>
    [Output("The number of the new version.")]
    public int VersionNumber { get; private set; }

    /// <summary>The method that won.</summary>
    [Output("The method that won: dummy, linear-regression, logistic-regression or xgboost.")]
    public string? Algorithm { get; private set; }

    /// <summary>The winner's figures.</summary>
    [Output("The winner's figures on the held-out rows: rmse, mae, r2; or accuracy, logLoss, f1, auc.")]
    public IReadOnlyDictionary<string, double>? Metrics { get; private set; }

    /// <summary>The dummy's figures.</summary>
    [Output("The dummy's figures on the held-out rows.")]
    public IReadOnlyDictionary<string, double>? DummyMetrics { get; private set; }

    /// <summary>Rows used.</summary>
    [Output("Rows used, held-out ones included.")]
    public int Rows { get; private set; }

    /// <summary>What the user should know.</summary>
    [Output("What was left out: columns, rows, candidates.")]
    public IReadOnlyList<string> Notes { get; private set; } = [];

    /// <summary>Time taken.</summary>
    [Output("Seconds taken.")]
    public double Seconds { get; private set; }

    /// <inheritdoc/>
    public override async Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken)
    {
        var start = timeProvider.GetTimestamp();
        var name = ModelName.Validated(Model.Length > 0 ? Model : $"{Dataset!.Dataset}-{Target}");
        var published = await registry.FindByKeyAsync(name, context.IdempotencyKey, cancellationToken)
            ?? await TrainAsync(name, context, cancellationToken);
        ModelVersion = published.ToReference();
        VersionNumber = published.Version;
        Algorithm = published.Algorithm;
        Metrics = published.Metrics["test"];
        DummyMetrics = published.DummyMetrics;
        Rows = published.Split.TrainRows + published.Split.TestRows;
        Notes = published.Notes;
        Seconds = timeProvider.GetElapsedTime(start).TotalSeconds;
        var summary = Summary(published);
        LogTrained(summary);
        context.Report(new WorkProgress(1, summary));
    }

    private async Task<ModelVersion> TrainAsync(string name, WorkContext context, CancellationToken cancellationToken)
    {
        var version = await datasets.GetVersionAsync(Dataset!, cancellationToken);
        CheckColumns(version);
        var wanted = Features.Count == 0 ? null : Features.Append(Target).ToHashSet(StringComparer.Ordinal);
        var table = await datasets.ReadAsync(version, wanted, MaxRows, Seed, share => context.Report(
            new WorkProgress(share * ReadingShare, $"reading {version.Rows:N0} rows")), cancellationToken);
        var result = await training.TrainAsync(table, Request(), progress => context.Report(
            progress with { Fraction = ReadingShare + ((1 - ReadingShare) * progress.Fraction) }), cancellationToken);
        return await registry.PublishAsync(Describe(name, version, table, result, context), result.Model.Trained, cancellationToken);
    }

    // Before anything is read: a column that is not kept would look as if it did not exist.
    private void CheckColumns(DatasetVersion version)
    {
        var names = version.Columns.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (column, purpose) in Features.Select(f => (f, "features")).Prepend((Target, "target")))
        {
            if (!names.Contains(column))
            {
                throw new ActivityException($"The dataset {version.ToReference()} has no column '{column}' for the {purpose}. "
                    + ColumnNames.Suggest(column, version.Columns.Select(c => c.Name)))
                { Retryable = false };
            }
        }
    }

    private TrainingRequest Request() => new()
    {
        Target = Target,
        Features = Features,
        Task = Task,
        Candidates = Candidates,
        Metric = Metric,
        Split = Split,
        TestShare = TestShare,
        Folds = Folds,
        MaxCategories = MaxCategories,
        Parameters = new TrainingParameters { Rounds = Rounds, MaxDepth = MaxDepth, LearningRate = LearningRate, L2 = L2, Seed = Seed },
    };

    private ModelVersion Describe(string name, DatasetVersion dataset, ModelTable table, TrainingResult result, WorkContext context)
    {
        var metrics = new Dictionary<string, IReadOnlyDictionary<string, double>>
        {
            ["train"] = result.Train,
            ["test"] = result.Chosen.Test,
        };
        if (result.Chosen.CrossValidation is { } folds)
        {
            metrics["crossValidation"] = folds;
        }

        var drawn = table.Rows < table.SourceRows
            ? $"{table.Rows:N0} of {table.SourceRows:N0} rows were drawn: maxRows is {MaxRows:N0}."
            : null;
        return new ModelVersion
        {
            Model = name,
            Version = 0,
            Algorithm = result.Chosen.Algorithm,
            Task = result.Model.Task,
            Target = Target,
            Classes = result.Model.Classes,
            Metric = result.Metric,
            Metrics = metrics,
            DummyMetrics = result.Dummy,
            Candidates = result.Candidates,
            Parameters = Request().Parameters,
            Split = new ModelSplit(Split, TestShare, Seed, MaxRows, result.TrainRows, result.TestRows),
            Encoding = result.Model.Encoding,
            FeatureNames = result.Model.Encoding.FeatureNames(result.Model.Trained.NeedsFilled),
            Dataset = dataset.ToReference(),
            Notes = drawn is null ? result.Notes : [drawn, .. result.Notes],
            RunId = context.RunId,
            CreatedAt = timeProvider.GetUtcNow(),
            IdempotencyKey = context.IdempotencyKey,
        };
    }

    private string Summary(ModelVersion version)
    {
        var metric = version.Metric.Key;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{version.ToReference()}: {version.Algorithm}, {metric} {Metrics![metric]:0.####} (dummy {DummyMetrics![metric]:0.####}), "
            + $"{version.Split.TrainRows:N0} rows learnt, {version.Split.TestRows:N0} held out, {Seconds:0.0} s");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Trained {Summary}")]
    private partial void LogTrained(string summary);
}
