using Dag.Activities.Lake;

namespace Dag.Activities.Transform;

/// <summary>A conversion as it was validated.</summary>
internal sealed record ConversionRequest
{
    public required IReadOnlyList<SourceFile> Files { get; init; }

    public required string Dataset { get; init; }

    /// <summary>Types that the user gave, by column.</summary>
    public required IReadOnlyDictionary<string, string> Types { get; init; }

    public required CsvDialect Dialect { get; init; }

    /// <summary>Rows that are looked at to find types; -1 for all.</summary>
    public required int SampleRows { get; init; }

    public required double MaxRejected { get; init; }

    public required ParquetCompression Compression { get; init; }

    /// <summary>The version that is continued; its columns are those of the new rows. Null when there is none.</summary>
    public required DatasetVersion? Continued { get; init; }

    public SourceFormat Format => Files[0].Format;

    public long Bytes => Files.Sum(f => f.Bytes);
}

/// <summary>How a CSV file is written; empty texts mean: find out by looking.</summary>
internal sealed record CsvDialect
{
    public HeaderMode Header { get; init; }

    public string Delimiter { get; init; } = "";

    public string Quote { get; init; } = "";

    public string Encoding { get; init; } = "utf-8";

    public string DecimalSeparator { get; init; } = ".";

    public string DateFormat { get; init; } = "";

    public string TimestampFormat { get; init; } = "";

    public IReadOnlyList<string> NullTexts { get; init; } = [];

    public int SkipLines { get; init; }

    public int MaxLineBytes { get; init; } = 2 << 20;
}
