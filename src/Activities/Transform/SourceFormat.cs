namespace Dag.Activities.Transform;

/// <summary>How the rows of a source file are written. Each may be compressed with gzip (<c>.gz</c>).</summary>
public enum SourceFormat
{
    /// <summary>By the file's extension.</summary>
    Auto,

    /// <summary>Values between delimiters, which are found by looking unless given.</summary>
    Csv,

    /// <summary>Values between tabs.</summary>
    Tsv,

    /// <summary>An array of objects, or objects one after the other.</summary>
    Json,

    /// <summary>One object per line.</summary>
    Jsonl,

    /// <summary>Parquet.</summary>
    Parquet,
}

/// <summary>The codec of the Parquet files.</summary>
public enum ParquetCompression
{
    /// <summary>A third smaller than Snappy, an eighth slower to write.</summary>
    Zstd,

    /// <summary>The quickest to write.</summary>
    Snappy,

    /// <summary>Slow; for readers that know nothing else.</summary>
    Gzip,

    /// <summary>None.</summary>
    Uncompressed,
}

/// <summary>Whether the first line of a CSV file names the columns.</summary>
public enum HeaderMode
{
    /// <summary>By looking; a file that seems to have none is a fault, because its columns would have no names.</summary>
    Auto,

    /// <summary>It does.</summary>
    Yes,

    /// <summary>It does not; columns are called <c>column0</c>, <c>column1</c>…</summary>
    No,
}
