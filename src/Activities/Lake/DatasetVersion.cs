namespace Dag.Activities.Lake;

/// <summary>An immutable version of a dataset, as its manifest describes it.</summary>
public sealed record DatasetVersion
{
    /// <summary>The dataset's name.</summary>
    public required string Dataset { get; init; }

    /// <summary>The number of the version, from 1; later versions have higher ones, not always the next.</summary>
    public required int Version { get; init; }

    /// <summary>The columns, in order.</summary>
    public required IReadOnlyList<DatasetColumn> Columns { get; init; }

    /// <summary>How many rows it has.</summary>
    public required long Rows { get; init; }

    /// <summary>How many of them this version added; all, unless it continues another.</summary>
    public required long AddedRows { get; init; }

    /// <summary>The size of its Parquet files, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 over the hashes of the parts, in hexadecimal; null when hashing was turned off.</summary>
    public string? ContentHash { get; init; }

    /// <summary>Its Parquet files, in order. Files shared with an earlier version keep their names.</summary>
    public required IReadOnlyList<DatasetPart> Parts { get; init; }

    /// <summary>What the rows that this version added were read from.</summary>
    public required IReadOnlyList<DatasetSource> Sources { get; init; }

    /// <summary>The datasets that it was made from; for an append, the version that it continues.</summary>
    public required IReadOnlyList<DatasetReference> Parents { get; init; }

    /// <summary>Rows of the sources that were left out because they did not fit; they lie in <c>rejects.jsonl</c>.</summary>
    public long RejectedRows { get; init; }

    /// <summary>The run that published it; null when none did.</summary>
    public string? RunId { get; init; }

    /// <summary>When it was published.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Publishing again under the same key gives this version.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>What activities hand each other.</summary>
    public DatasetReference ToReference() => new(Dataset, Version);
}

/// <summary>A column of a dataset.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type as DuckDB writes it, such as <c>BIGINT</c> or <c>DECIMAL(18,3)</c>.</param>
public sealed record DatasetColumn(string Name, string Type);

/// <summary>A Parquet file of a dataset version.</summary>
/// <param name="File">Its name in the version's folder.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Bytes">Its size, in bytes.</param>
/// <param name="Sha256">SHA-256 of the file, in hexadecimal; null when hashing was turned off.</param>
public sealed record DatasetPart(string File, long Rows, long Bytes, string? Sha256);

/// <summary>A file that rows were read from.</summary>
/// <param name="Path">Where it was.</param>
/// <param name="Bytes">Its size, in bytes.</param>
/// <param name="ModifiedAt">When it had last been changed.</param>
public sealed record DatasetSource(string Path, long Bytes, DateTimeOffset ModifiedAt);
