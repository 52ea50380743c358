namespace Dag.Activities.Lake;

/// <summary>
/// A version in the making: a folder that nobody sees, and what is known of its files. Disposing removes what was not published.
/// </summary>
public sealed class DatasetDraft : IDisposable
{
    internal DatasetDraft(string dataset, string folder)
    {
        Dataset = dataset;
        Folder = folder;
    }

    /// <summary>The dataset that gets a new version.</summary>
    public string Dataset { get; }

    /// <summary>The folder to write Parquet files into (in its top level, any names that end in <c>.parquet</c>).</summary>
    public string Folder { get; }

    /// <summary>Publishing again under the same key gives the version that was published first.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>The columns of the files, in order.</summary>
    public IReadOnlyList<DatasetColumn> Columns { get; set; } = [];

    /// <summary>The files, by name, each with how many rows it has; in order.</summary>
    public IReadOnlyList<(string File, long Rows)> Files { get; set; } = [];

    /// <summary>True: the new version holds the rows of the latest one as well, without copying them. Default false.</summary>
    public bool Append { get; set; }

    /// <summary>Whether to hash the files; default true.</summary>
    public bool Hash { get; set; } = true;

    /// <summary>What the rows were read from.</summary>
    public IReadOnlyList<DatasetSource> Sources { get; set; } = [];

    /// <summary>The datasets that it was made from.</summary>
    public IReadOnlyList<DatasetReference> Parents { get; set; } = [];

    /// <summary>Rows left out; described in <see cref="RejectsFile"/>, if there are any.</summary>
    public long RejectedRows { get; set; }

    /// <summary>The run that publishes it; null when none does.</summary>
    public string? RunId { get; init; }

    /// <summary>The name of the file of rejected rows in a version's folder: a JSON object per line.</summary>
    public const string RejectsFile = "rejects.jsonl";

    /// <inheritdoc/>
    public void Dispose() => LakeFiles.DeleteFolder(Folder);
}
