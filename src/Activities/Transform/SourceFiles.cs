using System.Text.Json;
using Dag.Activities.DuckDb;
using Dag.Workflows.Activities;

namespace Dag.Activities.Transform;

/// <summary>Turns what the user wrote as source into files that exist, can be read, and are of one format.</summary>
internal static class SourceFiles
{
    private const string Known = ".csv, .tsv, .tab, .txt, .json, .jsonl, .ndjson, .parquet, each also with .gz except .parquet";

    public static IReadOnlyList<SourceFile> Resolve(DuckDbEngine engine, IReadOnlyList<string> sources, SourceFormat format)
    {
        var paths = sources.SelectMany(SplitJson).Where(s => !string.IsNullOrWhiteSpace(s)).SelectMany(s => Expand(engine, s))
            .Distinct(StringComparer.Ordinal).ToList();
        if (paths.Count == 0)
        {
            throw Fault("No source is given: set source to a path, a pattern such as in/*.csv, or a list of them.");
        }

        var files = paths.Select(p => Open(p, format)).ToList();
        var other = files.Find(f => f.Format != files[0].Format || f.Gzip != files[0].Gzip);
        return other is null ? files : throw Fault(
            $"{files[0].Name} and {other.Name} are of different formats: convert files of one format at a time, or set format.");
    }

    // A list that came through a text, such as a template, is still a list.
    private static IEnumerable<string> SplitJson(string source)
    {
        if (!source.TrimStart().StartsWith("[\"", StringComparison.Ordinal))
        {
            return [source];
        }

        try
        {
            return JsonSerializer.Deserialize<string[]>(source) ?? [];
        }
        catch (JsonException)
        {
            return [source];
        }
    }

    private static IEnumerable<string> Expand(DuckDbEngine engine, string source)
    {
        if (source.Contains('\0'))
        {
            throw Fault("A source path holds a NUL character.");
        }

        var path = Path.GetFullPath(source);
        if (File.Exists(path) || path.AsSpan().IndexOfAny("*?[") < 0)
        {
            return [path];
        }

        var found = new List<string>();
        using var connection = engine.Open();
        using var result = connection.Query("SELECT file FROM glob($1) ORDER BY file", [path]);
        while (result.NextChunk())
        {
            for (var row = 0; row < result.RowCount; row++)
            {
                found.Add(result.Vector(0).GetString(row)!);
            }
        }

        return found.Count > 0 ? found : throw Fault($"No file matches {source}.", retryable: true);
    }

    private static SourceFile Open(string path, SourceFormat format)
    {
        if (Directory.Exists(path))
        {
            throw Fault($"{path} is a folder: name its files, for example {Path.Combine(path, "*.csv")}.");
        }

        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var info = new FileInfo(path);
            var gzip = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
            var file = new SourceFile(
                path, FormatOf(path, gzip, format), gzip, RandomAccess.GetLength(handle), new DateTimeOffset(info.LastWriteTimeUtc));
            SourceCheck.Content(file, handle);
            return file;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Fault($"{path} does not exist{(Directory.Exists(Path.GetDirectoryName(path)) ? "" : ", nor does its folder")}.", true, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault($"{path} cannot be read: {e.Message}", retryable: true, e);
        }
    }

    private static SourceFormat FormatOf(string path, bool gzip, SourceFormat format)
    {
        var extension = Path.GetExtension(gzip ? Path.GetFileNameWithoutExtension(path) : path).ToLowerInvariant();
        var actual = format != SourceFormat.Auto ? format : extension switch
        {
            ".csv" or ".txt" => SourceFormat.Csv,
            ".tsv" or ".tab" => SourceFormat.Tsv,
            ".json" => SourceFormat.Json,
            ".jsonl" or ".ndjson" => SourceFormat.Jsonl,
            ".parquet" or ".pq" => SourceFormat.Parquet,
            _ => throw Fault($"The format of {path} cannot be told by its extension (known are {Known}): set format."),
        };
        return actual == SourceFormat.Parquet && gzip
            ? throw Fault($"{path}: Parquet is compressed inside; decompress the .gz first.")
            : actual;
    }

    private static ActivityException Fault(string message, bool retryable = false, Exception? inner = null) =>
        new(message, inner) { Retryable = retryable };
}
