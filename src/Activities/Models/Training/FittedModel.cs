namespace Dag.Activities.Models;

/// <summary>All that prediction needs: which columns, how they become numbers, and what was learnt from them.</summary>
internal sealed record FittedModel
{
    public required string Target { get; init; }

    /// <summary>Regression, Binary or Multiclass.</summary>
    public required ModelTask Task { get; init; }

    /// <summary>The labels of the classes, in the order of the probabilities; empty for regression.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    public required FeatureEncoding Encoding { get; init; }

    public required TrainedModel Trained { get; init; }

    public int Outputs => Task == ModelTask.Regression ? 1 : Classes.Count;

    /// <summary>For each row one number, or a probability for each class, row by row.</summary>
    public double[] Predict(ModelTable table, int[] rows) => Trained.Predict(Encoding.Encode(table, rows, Trained.NeedsFilled));

    /// <summary>The figures of the model on rows whose target is known.</summary>
    public Dictionary<string, double> Score(ModelTable table, double[] target, int[] rows) =>
        ModelScores.Of(Outputs, Array.ConvertAll(rows, r => target[r]), Predict(table, rows));
}
