using System.Globalization;

namespace Dag.Activities.Models;

/// <summary>One column of a training table. A missing value is NaN, or code -1 in a column of text.</summary>
internal sealed class ModelColumn
{
    private ModelColumn(string name, ColumnKind kind, double[] numbers, int[] codes, string[] texts)
    {
        Name = name;
        Kind = kind;
        Numbers = numbers;
        Codes = codes;
        Texts = texts;
    }

    public string Name { get; }

    public ColumnKind Kind { get; }

    /// <summary>The values of a column of numbers, booleans or times; empty for text.</summary>
    public double[] Numbers { get; }

    /// <summary>For each row of a column of text, the index in <see cref="Texts"/>; empty for other kinds.</summary>
    public int[] Codes { get; }

    /// <summary>The distinct values of a column of text, in order of appearance.</summary>
    public string[] Texts { get; }

    public int Rows => Kind == ColumnKind.Text ? Codes.Length : Numbers.Length;

    public static ModelColumn OfNumbers(string name, double[] values, ColumnKind kind = ColumnKind.Number) =>
        new(name, kind, values, [], []);

    public static ModelColumn OfCodes(string name, int[] codes, string[] texts) => new(name, ColumnKind.Text, [], codes, texts);

    public static ModelColumn OfTexts(string name, IReadOnlyList<string?> values)
    {
        var dictionary = new TextDictionary();
        var codes = new int[values.Count];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = values[i] is { } text ? dictionary.CodeOf(text) : -1;
        }

        return OfCodes(name, codes, dictionary.ToArray());
    }

    public bool IsMissing(int row) => Kind == ColumnKind.Text ? Codes[row] < 0 : double.IsNaN(Numbers[row]);

    /// <summary>The column under another kind's reading, as a model that was fitted on that kind needs it.</summary>
    public ModelColumn As(ColumnKind kind) => (Kind, kind) switch
    {
        _ when Kind == kind => this,
        (ColumnKind.Text, ColumnKind.Time) => OfNumbers(Name, EachText(text => DateText.Parse(text)), kind),
        (ColumnKind.Text, _) => OfNumbers(Name, EachText(ParseNumber), kind),
        (_, ColumnKind.Text) => OfTexts(Name, [.. Numbers.Select(n => double.IsNaN(n) ? null : ClassLabel.Of(n, Kind))]),
        _ => OfNumbers(Name, Numbers, kind),
    };

    private static double ParseNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : bool.TryParse(text, out var flag) ? (flag ? 1 : 0)
        : double.NaN;

    private double[] EachText(Func<string, double> parse)
    {
        var parsed = Array.ConvertAll(Texts, text => parse(text));
        return Array.ConvertAll(Codes, code => code < 0 ? double.NaN : parsed[code]);
    }
}
