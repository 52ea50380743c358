namespace Dag.Workflows.Storage;

/// <summary>Where metadata is kept.</summary>
public sealed record StorageOptions
{
    /// <summary>The name of the embedded database in the data folder.</summary>
    public const string SqliteFile = "metadata.db";

    /// <summary>The folder of the embedded database, <c>metadata.db</c>; default <c>data</c>. Not used with a connection string.</summary>
    public string DataFolder { get; init; } = "data";

    /// <summary>Connection string of PostgreSQL, as Npgsql reads it; null or empty, the default, for the embedded database.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>How the embedded database is used.</summary>
    public SqliteDatabaseOptions Sqlite { get; init; } = new();

    /// <summary>How PostgreSQL is used.</summary>
    public PostgreSqlDatabaseOptions PostgreSql { get; init; } = new();
}
