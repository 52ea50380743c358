using System.Text.Json;

namespace Dag.Activities.Models;

/// <summary>A weighted sum of standardised features, read as a number or as the odds of classes.</summary>
internal sealed class LinearModel : TrainedModel
{
    public const string Regression = "linear-regression";

    public const string Logistic = "logistic-regression";

    public required LinearContent Content { get; init; }

    public override string Algorithm => Content.Outputs == 1 ? Regression : Logistic;

    public override bool NeedsFilled => true;

    public static LinearModel FromFile(byte[] file) => new() { Content = ModelJson.Read<LinearContent>(file) };

    public override byte[] ToFile() => JsonSerializer.SerializeToUtf8Bytes(Content, ModelJson.Options);

    public override double[] Predict(EncodedRows rows)
    {
        var standardisation = new Standardisation(Content.Means, Content.Scales);
        var predicted = new double[rows.Rows * Content.Outputs];
        var dense = new double[rows.DenseWidth];
        for (var i = 0; i < rows.Rows; i++)
        {
            rows.DenseRow(i).CopyTo(dense);
            standardisation.Apply(dense);
            Score(dense, rows.HotRow(i), predicted.AsSpan(i * Content.Outputs, Content.Outputs));
        }

        return predicted;
    }

    private void Score(ReadOnlySpan<double> dense, ReadOnlySpan<int> hot, Span<double> outputs)
    {
        var sums = outputs[..Content.Weights.Length];
        for (var k = 0; k < sums.Length; k++)
        {
            sums[k] = Content.Intercepts[k] + LinearScore.Of(Content.Weights[k], dense, hot);
        }

        if (Content.Outputs == 2)
        {
            outputs[1] = LinearScore.Logistic(sums[0]);
            outputs[0] = LinearScore.Logistic(-sums[0]);
        }
        else if (Content.Outputs > 2)
        {
            LinearScore.Softmax(outputs);
        }
    }
}
