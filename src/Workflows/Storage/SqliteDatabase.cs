using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Workflows.Storage;

/// <summary>
/// The embedded database: one SQLite file in WAL mode. Reads run beside each other and beside the writer; writes that wait together
/// share one durable commit.
/// </summary>
public sealed partial class SqliteDatabase : MetadataDatabase
{
    private readonly string _path;
    private readonly SqliteDatabaseOptions _options;
    private readonly Migrator _migrator;
    private readonly ILogger _logger;
    private readonly SqliteWriter _writer;
    private readonly SemaphoreSlim _readerSlots;
    private readonly ConcurrentStack<SqliteSession> _idleReaders = new();
    private int _disposed;

    /// <summary>Opens the file, creating it and its folder when they are not there.</summary>
    /// <param name="path">The file; beside it SQLite keeps <c>-wal</c> and <c>-shm</c>.</param>
    /// <param name="options">How it is used; defaults when null.</param>
    /// <param name="clock">Dates the migrations; the system's when null.</param>
    /// <param name="logger">Told of failed commits.</param>
    /// <param name="metrics">Counts commits; nobody does when null.</param>
    /// <exception cref="MetadataUnavailableException">The file cannot be opened or is not a database.</exception>
    public SqliteDatabase(
        string path, SqliteDatabaseOptions? options = null, TimeProvider? clock = null, ILogger<SqliteDatabase>? logger = null,
        StorageMetrics? metrics = null)
    {
        _path = Path.GetFullPath(path);
        _options = options ?? new SqliteDatabaseOptions();
        _migrator = new Migrator(SqlDialect.Sqlite, clock ?? TimeProvider.System);
        _logger = logger ?? NullLogger<SqliteDatabase>.Instance;
        _readerSlots = new SemaphoreSlim(_options.MaxReaders);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            _writer = new SqliteWriter(_path, _options, _logger, metrics);
        }
        catch (DbException e)
        {
            throw SqliteErrors.Translate(e, _path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MetadataUnavailableException(
                $"The folder of the metadata database {_path} cannot be made: {e.Message} Choose another data folder.", e);
        }
    }

    /// <inheritdoc/>
    public override SqlDialect Dialect => SqlDialect.Sqlite;

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
        await _readerSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        SqliteSession? session = null;
        try
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            if (!_idleReaders.TryPop(out session))
                session = SqliteSession.Open(_path, _options, forWriting: false);

            var result = await read(session, cancellationToken).ConfigureAwait(false);
            _idleReaders.Push(session);
            session = null;
            return result;
        }
        catch (DbException e)
        {
            throw SqliteErrors.Translate(e, _path);
        }
        finally
        {
            // A session whose read failed may hold an open reader, and with it an old snapshot: it is not used again.
            session?.Dispose();
            _readerSlots.Release();
        }
    }

    /// <inheritdoc/>
    public override Task<T> WriteAsync<T>(Func<DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken) =>
        _writer.WriteAsync(write, cancellationToken);

    /// <summary>Stores the writes that wait and closes the file.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        for (var i = 0; i < _options.MaxReaders; i++)
        {
            await _readerSlots.WaitAsync().ConfigureAwait(false);
        }

        while (_idleReaders.TryPop(out var reader))
        {
            await reader.DisposeAsync().ConfigureAwait(false);
        }

        _readerSlots.Release(_options.MaxReaders);

        // The writer closes last: with the last connection SQLite folds the WAL into the file.
        await _writer.StopAsync().ConfigureAwait(false);
    }

    [LoggerMessage(LogLevel.Information, "Applied migration {Number} {Name} of {Source} to the metadata database.")]
    private partial void LogMigrated(string source, int number, string name);
}
