using System.Text;
using Dapper;
using Npgsql;

namespace Dag.Workflows.Storage;

/// <summary>Tables out of PostgreSQL and into it, by COPY as text, which every later server reads.</summary>
internal static class PostgreSqlCopy
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The scripts that have been applied.</summary>
    public static async Task<IReadOnlyList<AppliedMigration>> MigrationsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Source, int Number, string Hash)>(new CommandDefinition(
            "SELECT source, number, hash FROM schema_migrations ORDER BY source, number", cancellationToken: cancellationToken));
        return [.. rows.Select(r => new AppliedMigration(r.Source, r.Number, r.Hash))];
    }

    /// <summary>Writes each table that the scripts make into a file, within the transaction that is open.</summary>
    public static async Task<IReadOnlyList<TableCopy>> ExportAsync(
        NpgsqlConnection connection, IReadOnlyList<MigrationSource> sources, string folder, CancellationToken cancellationToken)
    {
        var copies = new List<TableCopy>();
        foreach (var table in await TablesAsync(connection, sources, cancellationToken))
        {
            var columns = (await connection.QueryAsync<string>(new CommandDefinition(
                """
                SELECT column_name FROM information_schema.columns
                WHERE table_schema = current_schema() AND table_name = @table AND is_generated = 'NEVER' ORDER BY ordinal_position
                """,
                new { table },
                cancellationToken: cancellationToken))).ToList();
            var copy = new TableCopy(table, columns, $"{table}.copy");
            using var from = await connection.BeginTextExportAsync($"COPY {Target(copy)} TO STDOUT", cancellationToken);
            await using var to = new StreamWriter(Path.Combine(folder, copy.File), append: false, Utf8, 1 << 16);
            await PumpAsync(from, to, cancellationToken);
            copies.Add(copy);
        }

        return copies;
    }

    /// <summary>Drops the tables that the scripts make, if they are all empty, so that they can be made as the snapshot had them.</summary>
    /// <exception cref="MigrationException">One of them holds rows.</exception>
    public static async Task DropEmptyAsync(
        NpgsqlConnection connection, IReadOnlyList<MigrationSource> sources, string server, CancellationToken cancellationToken)
    {
        var tables = await TablesAsync(connection, sources, cancellationToken);
        foreach (var table in tables)
        {
            if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition($"SELECT EXISTS (SELECT 1 FROM {Quote(table)})", cancellationToken: cancellationToken)))
            {
                throw new MigrationException(
                    $"The database {server} holds data of the service already (in {table}). Restore into an empty database: make one with createdb, and name it in the connection string.");
            }
        }

        foreach (var table in tables.Reverse().Append("schema_migrations"))
        {
            await connection.ExecuteAsync(new CommandDefinition($"DROP TABLE IF EXISTS {Quote(table)}", cancellationToken: cancellationToken));
        }
    }

    /// <summary>Reads the files into their tables, within the transaction that is open, and lets numbering go on after what was read.</summary>
    public static async Task ImportAsync(
        NpgsqlConnection connection, string folder, IReadOnlyList<TableCopy> tables, CancellationToken cancellationToken)
    {
        foreach (var copy in tables)
        {
            using var from = new StreamReader(Path.Combine(folder, copy.File), Utf8, detectEncodingFromByteOrderMarks: false, 1 << 16);
            await using (var to = await connection.BeginTextImportAsync($"COPY {Target(copy)} FROM STDIN", cancellationToken))
            {
                await PumpAsync(from, to, cancellationToken);
            }

            await GoOnNumberingAsync(connection, copy, cancellationToken);
        }
    }

    private static async Task GoOnNumberingAsync(NpgsqlConnection connection, TableCopy copy, CancellationToken cancellationToken)
    {
        var numbered = await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = @Table AND is_identity = 'YES'",
            copy,
            cancellationToken: cancellationToken));
        foreach (var column in numbered)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                $"SELECT setval(pg_get_serial_sequence(@table, @column), MAX({Quote(column)})) FROM {Quote(copy.Table)}",
                new { table = Quote(copy.Table), column },
                cancellationToken: cancellationToken));
        }
    }

    // Those that the scripts make and that are there, each after the tables that it refers to.
    private static async Task<IReadOnlyList<string>> TablesAsync(
        NpgsqlConnection connection, IReadOnlyList<MigrationSource> sources, CancellationToken cancellationToken)
    {
        var made = sources.SelectMany(s => MigrationScript.Of(s, SqlDialect.PostgreSql)).SelectMany(s => s.Tables).ToHashSet();
        var there = (await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name",
            cancellationToken: cancellationToken))).Where(made.Contains).ToList();
        var references = (await connection.QueryAsync<(string From, string To)>(new CommandDefinition(
            """
            SELECT f.relname, t.relname FROM pg_constraint c JOIN pg_class f ON f.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid
            WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace AND f.oid <> t.oid
            """,
            cancellationToken: cancellationToken))).ToLookup(r => r.From, r => r.To);
        var ordered = new List<string>();
        while (there.Count > 0)
        {
            var next = there.Where(t => !references[t].Any(there.Contains)).ToList();
            if (next.Count == 0)
            {
                throw new InvalidOperationException($"The tables {string.Join(", ", there)} refer to each other in a circle.");
            }

            ordered.AddRange(next);
            there.RemoveAll(next.Contains);
        }

        return ordered;
    }

    private static async Task PumpAsync(TextReader from, TextWriter to, CancellationToken cancellationToken)
    {
        var buffer = new char[1 << 16];
        int read;
        while ((read = await from.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private static string Target(TableCopy copy) => $"{Quote(copy.Table)} ({string.Join(", ", copy.Columns.Select(Quote))})";

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
