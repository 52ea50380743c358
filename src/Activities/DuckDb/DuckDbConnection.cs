namespace Dag.Activities.DuckDb;

/// <summary>
/// A connection to a database. One statement runs at a time; statements in parallel take a connection each
/// (<see cref="Duplicate"/>). Calls block their thread: inside async code use <see cref="RunAsync{T}"/>.
/// </summary>
public sealed class DuckDbConnection : IDisposable
{
    private readonly DatabaseHandle _database;

    internal DuckDbConnection(DatabaseHandle database, DuckDbSettings? settings)
    {
        _database = database;
        Handle = new ConnectionHandle(database);
        if (settings is null)
        {
            return;
        }

        try
        {
            Configure(settings);
        }
        catch
        {
            Handle.Dispose();
            throw;
        }
    }

    internal ConnectionHandle Handle { get; }

    /// <summary>
    /// How far the running statement is, 0 to 1; null when nothing runs or the engine cannot tell. May be called from any thread.
    /// </summary>
    public double? Progress
    {
        get
        {
            var percentage = NativeMethods.duckdb_query_progress(Handle).Percentage;
            return percentage < 0 ? null : Math.Min(percentage / 100, 1);
        }
    }

    /// <summary>Another connection to the same database, for work in parallel. Temporary tables are each connection's own; progress is
    /// reported by the first connection only.</summary>
    public DuckDbConnection Duplicate() => new(_database, settings: null);

    /// <summary>Runs statements, separated by semicolons, to their end; gives how many rows the last one changed.</summary>
    /// <exception cref="DuckDbException">The engine's own message.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public unsafe long Execute(string sql, CancellationToken cancellationToken = default)
    {
        using var result = new ResultHandle();
        using (new Interruption(Handle, cancellationToken))
        {
            if (NativeMethods.duckdb_query(Handle, NoNul(sql), result.Result) != 0)
            {
                throw Fault(result, cancellationToken);
            }
        }

        return (long)NativeMethods.duckdb_rows_changed(result.Result);
    }

    /// <summary>Runs one statement with values for its parameters <c>$1</c>, <c>$2</c>…; see <see cref="DuckDbStatement.Bind"/>.</summary>
    /// <exception cref="DuckDbException">The engine's own message.</exception>
    public long Execute(string sql, IReadOnlyList<object?> parameters, CancellationToken cancellationToken = default)
    {
        using var statement = Prepare(sql);
        statement.BindAll(parameters);
        return statement.Execute(cancellationToken);
    }

    /// <summary>Starts a query whose rows are streamed: memory holds one chunk, whatever the size of the result.</summary>
    /// <param name="sql">One statement.</param>
    /// <param name="parameters">Values for <c>$1</c>, <c>$2</c>…; null for none.</param>
    /// <param name="cancellationToken">Interrupts the query, also while it is read.</param>
    /// <remarks>The connection's next statement ends the stream.</remarks>
    /// <exception cref="DuckDbException">The engine's own message.</exception>
    public DuckDbResult Query(string sql, IReadOnlyList<object?>? parameters = null, CancellationToken cancellationToken = default)
    {
        using var statement = Prepare(sql);
        statement.BindAll(parameters ?? []);
        return statement.Query(cancellationToken);
    }

    /// <summary>The first value of the first row; null when it is NULL or there is no row.</summary>
    /// <exception cref="DuckDbException">The engine's own message.</exception>
    public object? Scalar(string sql, IReadOnlyList<object?>? parameters = null, CancellationToken cancellationToken = default)
    {
        using var result = Query(sql, parameters, cancellationToken);
        return result.NextChunk() ? result.Vector(0).GetValue(0) : null;
    }

    /// <summary>Prepares one statement, to run it several times.</summary>
    /// <exception cref="DuckDbException">The engine's own message.</exception>
    public unsafe DuckDbStatement Prepare(string sql)
    {
        var state = NativeMethods.duckdb_prepare(Handle, NoNul(sql), out var pointer);
        var statement = new StatementHandle(pointer);
        if (state != 0)
        {
            var message = pointer == 0
                ? "The statement cannot be prepared."
                : DuckDbErrors.Text(NativeMethods.duckdb_prepare_error(pointer));
            statement.Dispose();
            throw new DuckDbException(message, DuckDbErrors.KindOf(message));
        }

        return new DuckDbStatement(this, statement);
    }

    /// <summary>
    /// Runs blocking work with this connection on a thread of its own and reports its progress meanwhile.
    /// </summary>
    /// <param name="work">The work; it passes the token on to the statements.</param>
    /// <param name="progress">Receives the fraction done, 0 to 1, about five times a second; null for none.</param>
    /// <param name="cancellationToken">Interrupts the work.</param>
    public async Task<T> RunAsync<T>(
        Func<DuckDbConnection, CancellationToken, T> work, Action<double>? progress, CancellationToken cancellationToken)
    {
        await using var timer = progress is null ? null : TimeProvider.System.CreateTimer(
            _ => Report(progress), null, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(200));
        return await Task.Factory.StartNew(
            () => work(this, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    internal static Exception Fault(ResultHandle result, CancellationToken cancellationToken)
    {
        var kind = result.ErrorKind();
        return cancellationToken.IsCancellationRequested && kind == DuckDbErrorKind.Interrupt
            ? new OperationCanceledException("The statement was interrupted.", cancellationToken)
            : new DuckDbException(result.Error(), kind);
    }

    private void Report(Action<double> progress)
    {
        try
        {
            if (Progress is { } fraction)
            {
                progress(fraction);
            }
        }
        catch (ObjectDisposedException)
        {
            // The last tick can come while the connection closes.
        }
    }

    private void Configure(DuckDbSettings settings)
    {
        // Progress is measured only for a connection with a progress bar; printing is off, so nothing is drawn.
        Execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false; SET progress_bar_time = 0");

        // Times without an offset mean the same on every machine.
        Execute("SET GLOBAL TimeZone = 'UTC'");
        if (settings.AllowedFolders is { } folders)
        {
            var allowed = folders.Select(f => Path.TrimEndingDirectorySeparator(Path.GetFullPath(f)) + "/");
            Execute($"SET allowed_directories = {DuckDbSql.Literals(allowed)}; SET enable_external_access = false");
        }

        Execute("SET lock_configuration = true");
    }

    private static string NoNul(string sql) =>
        sql.Contains('\0') ? throw new DuckDbException("SQL cannot hold a NUL character.", DuckDbErrorKind.Parser) : sql;
}
