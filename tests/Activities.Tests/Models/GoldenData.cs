using System.Globalization;
using System.IO.Compression;
using Dag.Activities.Models;

namespace Dag.Activities.Tests.Models;

/// <summary>
/// Real data sets of scikit-learn with the split that its train_test_split(test_size=0.25, random_state=42, stratify=y for classes) makes:
/// the training rows stand first, in its order. Data/README.md says where they come from.
/// </summary>
internal sealed class GoldenData
{
    private GoldenData(ModelTable table, RowSplit split)
    {
        Table = table;
        Split = split;
    }

    public ModelTable Table { get; }

    public RowSplit Split { get; }

    /// <summary>Reads a data set.</summary>
    /// <param name="name">The name of its file.</param>
    /// <param name="isMissing">Makes the cells missing for which this holds, by row and column.</param>
    public static GoldenData Read(string name, Func<int, int, bool>? isMissing = null)
    {
        var lines = ReadLines(name);
        var names = lines[0].Split(',')[1..];
        var rows = lines[1..].Select(line => line.Split(',')).ToArray();
        var columns = names.Select((column, j) => ModelColumn.OfNumbers(column, [.. rows.Select((cells, i) =>
            column != "target" && isMissing?.Invoke(i, j) == true
                ? double.NaN
                : double.Parse(cells[j + 1], CultureInfo.InvariantCulture))]));
        var train = rows.Count(cells => cells[0] == "train");
        return new GoldenData(
            new ModelTable([.. columns]),
            new RowSplit([.. Enumerable.Range(0, train)], [.. Enumerable.Range(train, rows.Length - train)]));
    }

    /// <summary>The predictions of python3-xgboost 1.7.4 for the test rows: a line for each, a probability for each class.</summary>
    public static double[][] Predictions(string name) =>
        [.. File.ReadLines(PathOf($"{name}.xgboost.txt")).Select(line =>
            line.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray())];

    private static string[] ReadLines(string name)
    {
        if (File.Exists(PathOf($"{name}.csv")))
        {
            return File.ReadAllLines(PathOf($"{name}.csv"));
        }

        using var reader = new StreamReader(new GZipStream(File.OpenRead(PathOf($"{name}.csv.gz")), CompressionMode.Decompress));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Models", "Data", file);
}
