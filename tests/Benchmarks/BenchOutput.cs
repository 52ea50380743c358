using System.Text.Encodings.Web;
using System.Text.Json;

namespace Dag.Benchmarks;

/// <summary>Prints figures as a table for people or as JSON for programs.</summary>
internal static class BenchOutput
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Print(string bench, IReadOnlyList<Figure> figures, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { bench, processors = Environment.ProcessorCount, figures }, Json));
            return;
        }

        Console.WriteLine($"{bench}: medians of five, {Environment.ProcessorCount} processors");
        var rows = figures.Select(f => new[]
        {
            f.What,
            $"{Figure.Text(f.Median)} {f.Unit}",
            $"{Figure.Text(f.Min)} - {Figure.Text(f.Max)}",
            f.Target,
            f.Met switch { true => "met", false => "NOT MET", null => "" },
            f.Yardstick ?? "",
        }).Prepend(["what", "median", "from - to", "target", "", "yardstick"]).ToList();
        var widths = Enumerable.Range(0, 6).Select(c => rows.Max(r => r[c].Length)).ToArray();
        foreach (var row in rows)
        {
            Console.WriteLine(string.Join("  ", row.Select((cell, c) => cell.PadRight(widths[c]))).TrimEnd());
        }
    }
}
