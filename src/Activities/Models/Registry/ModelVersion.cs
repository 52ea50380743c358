using Dag.Activities.Lake;

namespace Dag.Activities.Models;

/// <summary>An immutable version of a model, as its manifest describes it.</summary>
internal sealed record ModelVersion
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The number of the version, from 1; later versions have higher ones, not always the next.</summary>
    public required int Version { get; init; }

    /// <summary>The method: dummy, linear-regression, logistic-regression or xgboost.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Regression, binary or multiclass.</summary>
    public required ModelTask Task { get; init; }

    /// <summary>The column that it predicts.</summary>
    public required string Target { get; init; }

    /// <summary>The labels of the classes, in the order of the probabilities; empty for regression.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The metric by which it was chosen.</summary>
    public required ModelMetric Metric { get; init; }

    /// <summary>Its figures by the part of the data that they were measured on: train, test, crossValidation.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Metrics { get; init; }

    /// <summary>The figures of the dummy on the test part.</summary>
    public required IReadOnlyDictionary<string, double> DummyMetrics { get; init; }

    /// <summary>All candidates that were trained.</summary>
    public required IReadOnlyList<CandidateResult> Candidates { get; init; }

    /// <summary>The knobs of the trainers.</summary>
    public required TrainingParameters Parameters { get; init; }

    /// <summary>How rows were held out.</summary>
    public required ModelSplit Split { get; init; }

    /// <summary>How columns become numbers; also the schema of the data that it needs.</summary>
    public required FeatureEncoding Encoding { get; init; }

    /// <summary>The names of the encoded features, in the order in which the model's file knows them.</summary>
    public required IReadOnlyList<string> FeatureNames { get; init; }

    /// <summary>The dataset version that it was trained on.</summary>
    public required DatasetReference Dataset { get; init; }

    /// <summary>What the user should know of the training.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The run that published it; null when none did.</summary>
    public string? RunId { get; init; }

    /// <summary>When it was published.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Publishing again under the same key gives this version.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>What activities hand each other.</summary>
    public ModelReference ToReference() => new(Model, Version);
}

/// <summary>How the rows of a dataset were drawn and held out.</summary>
/// <param name="Kind">By content or at random.</param>
/// <param name="TestShare">The share held out, 0 to 1.</param>
/// <param name="Seed">The seed of the split.</param>
/// <param name="MaxRows">The cap over which rows were drawn.</param>
/// <param name="TrainRows">Rows learnt from.</param>
/// <param name="TestRows">Rows held out.</param>
internal sealed record ModelSplit(SplitKind Kind, double TestShare, int Seed, int MaxRows, int TrainRows, int TestRows);
