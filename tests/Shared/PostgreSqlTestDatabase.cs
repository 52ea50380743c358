using Dag.Workflows.Storage;
using Npgsql;

namespace Dag.Tests;

/// <summary>A database on the test server, copied from a template.</summary>
public sealed class PostgreSqlTestDatabase(string server, string name) : TestDatabase
{
    public string Connection { get; } = ConnectionString(server, name);

    public static string ConnectionString(string server, string database) =>
        new NpgsqlConnectionStringBuilder(server) { Database = database }.ToString();

    protected override MetadataDatabase OpenNew() => new PostgreSqlDatabase(Connection);

    protected override Task DeleteAsync() => PostgreSqlServer.ExecuteAsync(server, $"DROP DATABASE {name} WITH (FORCE)");
}
