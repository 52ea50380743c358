namespace Dag.Workflows.Storage;

/// <summary>The metadata as it was at one moment, copied into files, and to be read as it was then.</summary>
public sealed class MetadataSnapshot : IAsyncDisposable
{
    private readonly Func<ValueTask> _close;

    internal MetadataSnapshot(MetadataDatabase view, Func<ValueTask> close)
    {
        View = view;
        _close = close;
    }

    /// <summary>Reads what was there at that moment; takes no writes.</summary>
    public MetadataDatabase View { get; }

    /// <summary>The names of the files, in the folder that was given.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>For PostgreSQL, the tables that the files hold, each after those that it refers to; for SQLite, whose file is whole, none.</summary>
    public IReadOnlyList<TableCopy> Tables { get; init; } = [];

    /// <summary>For PostgreSQL, the scripts that had made the tables.</summary>
    public IReadOnlyList<AppliedMigration> Migrations { get; init; } = [];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _close();
}

/// <summary>A table as PostgreSQL's COPY wrote it, as text.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Columns">Its columns, in the order of the file.</param>
/// <param name="File">The name of the file.</param>
public sealed record TableCopy(string Table, IReadOnlyList<string> Columns, string File);

/// <summary>A script that was applied to a database.</summary>
/// <param name="Source">The series.</param>
/// <param name="Number">The number in it.</param>
/// <param name="Hash">Its SHA-256.</param>
public sealed record AppliedMigration(string Source, int Number, string Hash);
