using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Dag.Workflows.Storage;

/// <summary>An open connection that keeps its compiled statements.</summary>
internal sealed class SqliteSession(string connectionString) : SqliteConnection(connectionString)
{
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    /// <summary>False once SQLite has rolled the transaction back by itself, as it may when the disk is full.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    /// <summary>Opens the file, creating it when it is not there, with WAL and enforced foreign keys.</summary>
    public static SqliteSession Open(string path, SqliteDatabaseOptions options, bool forWriting)
    {
        var connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            ForeignKeys = true,
            DefaultTimeout = Math.Max(1, (int)options.BusyTimeout.TotalSeconds),
        };
        var session = new SqliteSession(connectionString.ToString());
        try
        {
            session.Open();
            foreach (var setting in Settings(options, forWriting))
            {
                using var statement = new SqliteStatement(session.Handle!, setting);
                statement.Execute();
            }

            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>The compiled statement of this text, which must be a constant: it is kept for as long as the connection.</summary>
    public SqliteStatement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new SqliteStatement(Handle!, sql);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var statement in _statements.Values)
            {
                statement.Dispose();
            }

            _statements.Clear();
        }

        base.Dispose(disposing);
    }

    // One by one: an error in a later statement of a command that returns rows is lost.
    private static IEnumerable<string> Settings(SqliteDatabaseOptions options, bool forWriting)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {(long)options.BusyTimeout.TotalMilliseconds}");
        if (forWriting)
        {
            yield return "PRAGMA journal_mode = WAL";
            yield return $"PRAGMA synchronous = {(options.Durable ? "FULL" : "OFF")}";
            yield return "PRAGMA wal_autocheckpoint = 4000";
            yield return "PRAGMA journal_size_limit = 67108864";
            yield return "PRAGMA cache_size = -16384";
        }
        else
        {
            yield return "PRAGMA query_only = 1";
            yield return "PRAGMA cache_size = -4096";
        }
    }
}
