namespace Dag.Workflows.Storage;

/// <summary>The few places where Dapper needs another text for each database.</summary>
internal static class SqlDialectExtensions
{
    /// <summary>A condition that the column is one of an array parameter; Dapper passes arrays whole to PostgreSQL and spells them out
    /// for SQLite.</summary>
    public static string IsIn(this SqlDialect dialect, string column, string parameter) =>
        dialect == SqlDialect.PostgreSql ? $"{column} = ANY({parameter})" : $"{column} IN {parameter}";
}
