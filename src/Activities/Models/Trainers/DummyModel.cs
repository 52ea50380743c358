using System.Text.Json;

namespace Dag.Activities.Models;

/// <summary>Gives the same answer for every row.</summary>
internal sealed class DummyModel : TrainedModel
{
    public const string Name = "dummy";

    /// <summary>The mean of the target, or the share of each class.</summary>
    public required double[] Outputs { get; init; }

    public override string Algorithm => Name;

    public override bool NeedsFilled => true;

    public override double[] Predict(EncodedRows rows)
    {
        var predicted = new double[rows.Rows * Outputs.Length];
        for (var i = 0; i < predicted.Length; i++)
        {
            predicted[i] = Outputs[i % Outputs.Length];
        }

        return predicted;
    }

    public override byte[] ToFile() => JsonSerializer.SerializeToUtf8Bytes(new { Outputs }, ModelJson.Options);

    public static DummyModel FromFile(byte[] file) => new() { Outputs = ModelJson.Read<Content>(file).Outputs };

    private sealed record Content(double[] Outputs);
}
