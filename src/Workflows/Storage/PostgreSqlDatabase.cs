using System.Data.Common;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Dag.Workflows.Storage;

/// <summary>
/// Metadata on a PostgreSQL server (13 or later), which several nodes may share. Writes are ordinary concurrent transactions.
/// </summary>
public sealed partial class PostgreSqlDatabase : MetadataDatabase
{
    private readonly NpgsqlDataSource _source;
    private readonly PostgreSqlDatabaseOptions _options;
    private readonly TimeProvider _clock;
    private readonly Migrator _migrator;
    private readonly ILogger _logger;
    private readonly string _server;
    private readonly StorageMetrics? _metrics;

    /// <summary>Prepares connections; the first one is opened when it is needed.</summary>
    /// <param name="connectionString">As Npgsql reads it; statements are prepared by themselves unless it says otherwise.</param>
    /// <param name="options">How it is used; defaults when null.</param>
    /// <param name="clock">Times retries and dates migrations; the system's when null.</param>
    /// <param name="logger">Told of retries and migrations.</param>
    /// <param name="metrics">Counts commits; nobody does when null.</param>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public PostgreSqlDatabase(
        string connectionString,
        PostgreSqlDatabaseOptions? options = null,
        TimeProvider? clock = null,
        ILogger<PostgreSqlDatabase>? logger = null,
        StorageMetrics? metrics = null)
    {
        _metrics = metrics;
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!settings.ContainsKey("Max Auto Prepare") || settings.MaxAutoPrepare == 0)
            settings.MaxAutoPrepare = 100;
        settings.AutoPrepareMinUsages = 2;
        settings.ApplicationName ??= "dag";
        _source = NpgsqlDataSource.Create(settings);
        _options = options ?? new PostgreSqlDatabaseOptions();
        _clock = clock ?? TimeProvider.System;
        _migrator = new Migrator(SqlDialect.PostgreSql, _clock);
        _logger = logger ?? NullLogger<PostgreSqlDatabase>.Instance;
        _server = $"'{settings.Database}' on {settings.Host}:{settings.Port}";
    }

    /// <inheritdoc/>
    public override SqlDialect Dialect => SqlDialect.PostgreSql;

    /// <inheritdoc/>
    public override async Task MigrateAsync(IReadOnlyList<MigrationSource> sources, CancellationToken cancellationToken)
    {
        var applied = await WriteAsync((transaction, token) => _migrator.ApplyAsync(transaction, sources, token), cancellationToken);
        foreach (var script in applied)
        {
            LogMigrated(script.Source, script.Number, script.Name);
        }
    }

    /// <inheritdoc/>
    public override async Task<T> ReadAsync<T>(Func<DbConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            return await read(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException e)
        {
            throw PostgreSqlErrors.Translate(e, _server);
        }
    }

    /// <inheritdoc/>
    public override async Task<T> WriteAsync<T>(Func<DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await WriteOnceAsync(write, cancellationToken).ConfigureAwait(false);
            }
            catch (NpgsqlException e) when (PostgreSqlErrors.IsCollision(e) && attempt < _options.MaxAttempts)
            {
                LogRetry(e, attempt);
            }
            catch (NpgsqlException e)
            {
                _metrics?.Failed();
                throw PostgreSqlErrors.Translate(e, _server);
            }

            // A random share of the wait, so that those who collided do not meet again.
            var longest = _options.RetryDelay * Math.Pow(2, attempt - 1);
            await Task.Delay(longest * Random.Shared.NextDouble(), _clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<T> WriteOnceAsync<T>(Func<DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var began = TimeProvider.System.GetTimestamp();
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var result = await write(transaction, cancellationToken).ConfigureAwait(false);

        // Not cancellable: a commit that is given up half-way may or may not have happened.
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        _metrics?.Committed(TimeProvider.System.GetElapsedTime(began), 1);
        return result;
    }

    [LoggerMessage(LogLevel.Information, "Applied migration {Number} {Name} of {Source} to the metadata database.")]
    private partial void LogMigrated(string source, int number, string name);

    [LoggerMessage(LogLevel.Debug, "Attempt {Attempt} of a write collided with another one and is run again.")]
    private partial void LogRetry(Exception error, int attempt);
}
