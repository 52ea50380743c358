using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Storage;

/// <summary>
/// The one writer: a thread with a connection of its own that takes all the writes that wait, runs each in its own savepoint, and
/// commits them together. A disk that takes 4 ms to flush then still stores thousands of writes a second.
/// </summary>
internal sealed partial class SqliteWriter
{
    private readonly Channel<PendingWrite> _queue = Channel.CreateUnbounded<PendingWrite>(new() { SingleReader = true });
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _path;
    private readonly SqliteDatabaseOptions _options;
    private readonly ILogger _logger;
    private readonly StorageMetrics? _metrics;
    private SqliteSession? _session;

    public SqliteWriter(string path, SqliteDatabaseOptions options, ILogger logger, StorageMetrics? metrics)
    {
        _metrics = metrics;
        _path = path;
        _options = options;
        _logger = logger;
        _session = SqliteSession.Open(path, options, forWriting: true);

        // A commit blocks in the disk's flush: on a thread of the pool it would starve a small machine.
        new Thread(Loop) { IsBackground = true, Name = "Dag metadata writer" }.Start();
    }

    public Task<T> WriteAsync<T>(Func<DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        var pending = new PendingWrite<T>(write, cancellationToken);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(pending), typeof(SqliteDatabase));
        return pending.Task;
    }

    /// <summary>Takes no more writes, stores those that wait, and closes the connection.</summary>
    public Task StopAsync()
    {
        _queue.Writer.TryComplete();
        return _stopped.Task;
    }

    private void Loop()
    {
        var batch = new List<PendingWrite>(_options.MaxWritesPerCommit);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < _options.MaxWritesPerCommit && _queue.Reader.TryRead(out var write))
            {
                if (write.IsCanceled)
                    write.Cancel();
                else
                    batch.Add(write);
            }

            if (batch.Count > 0)
                Store(batch);
            batch.Clear();
        }

        _session?.Dispose();
        _stopped.SetResult();
    }

    private void Store(List<PendingWrite> batch)
    {
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            _session ??= SqliteSession.Open(_path, _options, forWriting: true);
            using var transaction = _session.BeginTransaction(deferred: false);
            foreach (var write in batch)
            {
                Run(write, _session, transaction);
            }

            transaction.Commit();
            _metrics?.Committed(TimeProvider.System.GetElapsedTime(began), batch.Count);
        }
        catch (Exception e)
        {
            var error = AsUnavailable(e);
            _metrics?.Failed();
            LogCommitFailed(error, batch.Count);
            EndBrokenTransaction();
            foreach (var write in batch)
            {
                write.Fail(error);
            }

            return;
        }

        foreach (var write in batch)
        {
            write.Complete();
        }
    }

    private void Run(PendingWrite write, SqliteSession session, SqliteTransaction transaction)
    {
        session.Statement("SAVEPOINT w").Execute();
        try
        {
            write.Run(transaction);
        }
        catch (Exception e)
        {
            write.Error = SqliteErrors.Translate(e, _path);
            if (!session.InTransaction)
            {
                // SQLite gave up the whole transaction, and with it the writes before this one.
                throw;
            }

            session.Statement("ROLLBACK TO w").Execute();
        }

        session.Statement("RELEASE w").Execute();
    }

    private MetadataUnavailableException AsUnavailable(Exception error) =>
        SqliteErrors.Translate(error, _path) as MetadataUnavailableException
        ?? new MetadataUnavailableException($"A write to the metadata database {_path} could not be committed: {error.Message}", error);

    private void EndBrokenTransaction()
    {
        try
        {
            if (_session is { InTransaction: true })
                _session.Statement("ROLLBACK").Execute();
        }
        catch (SqliteException e)
        {
            // What cannot be rolled back is closed, which rolls back; the next write opens the file anew.
            LogReopen(e);
            _session!.Dispose();
            _session = null;
        }
    }

    [LoggerMessage(LogLevel.Error, "{Count} writes to the metadata database were not stored.")]
    private partial void LogCommitFailed(Exception error, int count);

    [LoggerMessage(LogLevel.Error, "A broken transaction of the metadata database could not be rolled back: the file is opened anew.")]
    private partial void LogReopen(Exception error);
}
