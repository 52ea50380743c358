namespace Dag.Activities.Exports;

/// <summary>How the rows of an exported file are written.</summary>
public enum ExportFormat
{
    /// <summary>Values between delimiters, with a header.</summary>
    Csv,

    /// <summary>One array of objects.</summary>
    Json,

    /// <summary>One object per line.</summary>
    Jsonl,

    /// <summary>Parquet.</summary>
    Parquet,
}

/// <summary>How an exported file is compressed.</summary>
public enum ExportCompression
{
    /// <summary>Parquet with zstd, the others not.</summary>
    Auto,

    /// <summary>Not at all.</summary>
    None,

    /// <summary>With gzip: <c>.gz</c>, or inside a Parquet file.</summary>
    Gzip,

    /// <summary>With zstd: <c>.zst</c>, or inside a Parquet file.</summary>
    Zstd,
}
