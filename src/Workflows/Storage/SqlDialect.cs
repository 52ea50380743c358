namespace Dag.Workflows.Storage;

/// <summary>The databases that hold metadata.</summary>
public enum SqlDialect
{
    /// <summary>SQLite in the data folder: WAL, one writer.</summary>
    Sqlite,

    /// <summary>PostgreSQL by a connection string.</summary>
    PostgreSql,
}
