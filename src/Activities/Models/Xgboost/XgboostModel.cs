using System.Globalization;
using System.Text.Json;

namespace Dag.Activities.Models;

/// <summary>
/// A model in XGBoost's JSON, predicted by walking its trees here: no native code and no child process is needed to predict, and the
/// sums are the library's own, in the same order and precision.
/// </summary>
internal sealed class XgboostModel : TrainedModel
{
    public const string Name = "xgboost";

    private const int BlockRows = 256;

    private readonly byte[] _file;
    private readonly XgboostTree[] _trees;
    private readonly int[] _sumOfTree;
    private readonly int _sums;
    private readonly int _features;
    private readonly float _base;
    private readonly string _objective;

    private XgboostModel(byte[] file, JsonElement learner)
    {
        _file = file;
        var parameters = learner.GetProperty("learner_model_param");
        _objective = learner.GetProperty("objective").GetProperty("name").GetString()!;
        _features = int.Parse(parameters.GetProperty("num_feature").GetString()!, CultureInfo.InvariantCulture);
        _sums = Math.Max(1, int.Parse(parameters.GetProperty("num_class").GetString()!, CultureInfo.InvariantCulture));
        var start = float.Parse(parameters.GetProperty("base_score").GetString()!, CultureInfo.InvariantCulture);
        _base = _objective == "binary:logistic" ? -MathF.Log((1 / start) - 1) : start;
        var model = learner.GetProperty("gradient_booster").GetProperty("model");
        _trees = [.. model.GetProperty("trees").EnumerateArray().Select(XgboostTree.FromJson)];
        _sumOfTree = [.. model.GetProperty("tree_info").EnumerateArray().Select(i => i.GetInt32())];
    }

    public override string Algorithm => Name;

    public override bool NeedsFilled => false;

    private int Outputs => _objective == "binary:logistic" ? 2 : _sums;

    /// <exception cref="JsonException">The content is no model of XGBoost's.</exception>
    public static XgboostModel FromFile(byte[] file)
    {
        using var document = JsonDocument.Parse(file);
        try
        {
            return new XgboostModel(file, document.RootElement.GetProperty("learner"));
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new JsonException("This is no model in XGBoost's JSON.", e);
        }
    }

    public override byte[] ToFile() => _file;

    public override double[] Predict(EncodedRows rows)
    {
        if (rows.Width != _features)
        {
            throw new InvalidOperationException($"The rows have {rows.Width} features and the model {_features}.");
        }

        var predicted = new double[rows.Rows * Outputs];
        Span<float> block = new float[BlockRows * rows.Width];
        Span<float> sums = new float[BlockRows * _sums];
        for (var start = 0; start < rows.Rows; start += BlockRows)
        {
            var count = Math.Min(BlockRows, rows.Rows - start);
            for (var i = 0; i < count; i++)
            {
                rows.Expand(start + i, block.Slice(i * rows.Width, rows.Width));
            }

            AddLeaves(block, rows.Width, sums[..(count * _sums)]);
            for (var i = 0; i < count; i++)
            {
                Transform(sums.Slice(i * _sums, _sums), predicted.AsSpan((start + i) * Outputs, Outputs));
            }
        }

        return predicted;
    }

    // Tree by tree over a block of rows: one tree stays in the processor's cache while many trees do not.
    private void AddLeaves(ReadOnlySpan<float> block, int width, Span<float> sums)
    {
        sums.Fill(_base);
        for (var t = 0; t < _trees.Length; t++)
        {
            var tree = _trees[t];
            for (int row = 0, sum = _sumOfTree[t]; sum < sums.Length; row += width, sum += _sums)
            {
                sums[sum] += tree.Leaf(block.Slice(row, width));
            }
        }
    }

    private void Transform(Span<float> sums, Span<double> outputs)
    {
        if (_objective == "binary:logistic")
        {
            var positive = 1 / (1 + MathF.Exp(-sums[0]));
            outputs[0] = 1 - positive;
            outputs[1] = positive;
            return;
        }

        if (sums.Length > 1)
        {
            Softmax(sums);
        }

        for (var k = 0; k < sums.Length; k++)
        {
            outputs[k] = sums[k];
        }
    }

    private static void Softmax(Span<float> sums)
    {
        var highest = float.NegativeInfinity;
        foreach (var sum in sums)
        {
            highest = MathF.Max(highest, sum);
        }

        var total = 0.0;
        for (var k = 0; k < sums.Length; k++)
        {
            sums[k] = MathF.Exp(sums[k] - highest);
            total += sums[k];
        }

        for (var k = 0; k < sums.Length; k++)
        {
            sums[k] /= (float)total;
        }
    }
}
