using System.Data.Common;
using Dapper;

namespace Dag.Workflows.Storage;

/// <summary>Applies the scripts that a database lacks, in the one transaction it is given: all of them or none.</summary>
internal sealed class Migrator(SqlDialect dialect, TimeProvider clock)
{
    // Any constant does: it only has to be the same in every process that migrates.
    private const long AdvisoryLock = 0x44_41_47_4D_49_47;

    /// <summary>Applies what is missing and returns what it applied.</summary>
    public Task<IReadOnlyList<MigrationScript>> ApplyAsync(
        DbTransaction transaction, IReadOnlyList<MigrationSource> sources, CancellationToken cancellationToken) =>
        ApplyAsync(transaction, sources, only: null, cancellationToken);

    /// <summary>Applies just these scripts, to a database that has none of them, so that its schema is that of the one they come from.</summary>
    /// <exception cref="MigrationException">One of them is not known, or has changed: they come from a newer program.</exception>
    public async Task<IReadOnlyList<MigrationScript>> ApplyAsync(
        DbTransaction transaction, IReadOnlyList<MigrationSource> sources, IReadOnlyList<AppliedMigration>? only, CancellationToken cancellationToken)
    {
        if (only is not null)
        {
            CheckKnown(sources, only);
        }

        if (dialect == SqlDialect.PostgreSql)
        {
            // Two nodes may start at once: the second waits here, and then finds nothing to do.
            await ExecuteAsync(transaction, "SELECT pg_advisory_xact_lock(@AdvisoryLock)", new { AdvisoryLock }, cancellationToken);
        }

        const string createTable = """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                source TEXT NOT NULL,
                number INTEGER NOT NULL,
                name TEXT NOT NULL,
                hash TEXT NOT NULL,
                applied_at BIGINT NOT NULL,
                PRIMARY KEY (source, number))
            """;
        await ExecuteAsync(transaction, createTable, null, cancellationToken);

        var applied = new List<MigrationScript>();
        foreach (var source in sources)
        {
            var scripts = MigrationScript.Of(source, dialect);
            var stored = await ReadStoredAsync(transaction, source, cancellationToken);
            Check(source, scripts, stored);
            foreach (var script in scripts.Where(s => !stored.ContainsKey(s.Number) && only?.Any(o => IsOf(o, s)) != false))
            {
                await ApplyAsync(transaction, script, cancellationToken);
                applied.Add(script);
            }
        }

        return applied;
    }

    private static bool IsOf(AppliedMigration applied, MigrationScript script) =>
        applied.Source == script.Source && applied.Number == script.Number && applied.Hash == script.Hash;

    private void CheckKnown(IReadOnlyList<MigrationSource> sources, IReadOnlyList<AppliedMigration> only)
    {
        var known = sources.SelectMany(s => MigrationScript.Of(s, dialect)).ToList();
        if (only.FirstOrDefault(o => !known.Any(s => IsOf(o, s))) is { } unknown)
        {
            throw new MigrationException(
                $"The tables come from a newer program: migration {unknown.Number:0000} of '{unknown.Source}' is not known here. Use the version of the program that wrote them.");
        }
    }

    private static void Check(
        MigrationSource source, IReadOnlyList<MigrationScript> scripts, IReadOnlyDictionary<int, StoredMigration> stored)
    {
        var known = scripts.ToDictionary(s => s.Number);
        foreach (var row in stored.Values)
        {
            if (!known.TryGetValue(row.Number, out var script))
            {
                throw new MigrationException(
                    $"The metadata database is newer than this program: migration {row.Number:0000}_{row.Name} of '{source.Name}' is not " +
                    "known here. Start the version of the program that wrote it, or restore a backup made before the upgrade.");
            }

            if (script.Hash != row.Hash)
            {
                throw new MigrationException(
                    $"Migration {row.Number:0000}_{script.Name} of '{source.Name}' has changed since it was applied to this database. " +
                    "Restore the script as it was, and put the change into a script with the next number.");
            }
        }

        var newest = stored.Count == 0 ? 0 : stored.Keys.Max();
        var late = scripts.FirstOrDefault(s => s.Number < newest && !stored.ContainsKey(s.Number));
        if (late is not null)
        {
            throw new MigrationException(
                $"Migration {late.Number:0000}_{late.Name} of '{source.Name}' is missing from this database, which already has number " +
                $"{newest:0000}: give the script a number after {newest:0000}.");
        }
    }

    private static async Task<Dictionary<int, StoredMigration>> ReadStoredAsync(
        DbTransaction transaction, MigrationSource source, CancellationToken cancellationToken)
    {
        var command = new CommandDefinition(
            "SELECT number AS Number, name AS Name, hash AS Hash FROM schema_migrations WHERE source = @Name",
            new { source.Name }, transaction, cancellationToken: cancellationToken);
        var rows = await transaction.Connection!.QueryAsync<StoredMigration>(command);
        return rows.ToDictionary(r => r.Number);
    }

    private async Task ApplyAsync(DbTransaction transaction, MigrationScript script, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(transaction, script.Sql, null, cancellationToken);
        }
        catch (DbException e)
        {
            throw new MigrationException(
                $"Migration {script.Number:0000}_{script.Name} of '{script.Source}' failed, and the database was left as it was: " +
                e.Message,
                e);
        }

        const string book = """
            INSERT INTO schema_migrations (source, number, name, hash, applied_at) VALUES (@Source, @Number, @Name, @Hash, @At)
            """;
        var row = new { script.Source, script.Number, script.Name, script.Hash, At = clock.GetUtcNow().UtcTicks };
        await ExecuteAsync(transaction, book, row, cancellationToken);
    }

    private static Task ExecuteAsync(DbTransaction transaction, string sql, object? values, CancellationToken cancellationToken)
    {
        const int longEnoughForIndexesSeconds = 3600;
        return transaction.Connection!.ExecuteAsync(
            new CommandDefinition(sql, values, transaction, longEnoughForIndexesSeconds, cancellationToken: cancellationToken));
    }

    private sealed class StoredMigration
    {
        public int Number { get; init; }

        public required string Name { get; init; }

        public required string Hash { get; init; }
    }
}
