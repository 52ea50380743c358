using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Queries;

/// <summary>Runs a SELECT of a user over datasets: read-only, on an engine that reaches nothing but their files.</summary>
internal sealed class DatasetQuery(DataLake lake, DuckDbEngine engine)
{
    // A name that no dataset has.
    private const string View = "\"dag result\"";

    // Below this, keeping the rows' order costs nothing, and the same rows give the same bytes.
    private const long KeepOrderBytes = 64 << 20;

    private readonly QueryTables _tables = new(lake);

    /// <summary>Runs it and gives its rows.</summary>
    /// <param name="request">The query.</param>
    /// <param name="most">How many rows there may be.</param>
    /// <param name="progress">Hears the share done.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    /// <exception cref="ActivityException">It cannot be run, or gives too much.</exception>
    public async Task<IReadOnlyList<Dictionary<string, object?>>> ReadAsync(
        QueryRequest request, int most, Action<double> progress, CancellationToken cancellationToken)
    {
        var (query, tables) = await ResolveAsync(request, cancellationToken);
        using var connection = Open(tables, ordered: true, []);
        return await RunAsync(
            connection, request, query, tables, (c, columns, token) => QueryRows.Read(c, View, columns, most, token), progress, cancellationToken);
    }

    /// <summary>Runs it and makes its rows a version of a dataset.</summary>
    /// <param name="request">The query.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="mode">What happens to the rows that it has already.</param>
    /// <param name="context">The execution; it publishes once.</param>
    /// <param name="progress">Hears the share done.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    /// <exception cref="ActivityException">It cannot be run.</exception>
    public async Task<DatasetVersion> PublishAsync(
        QueryRequest request, string dataset, WriteMode mode, WorkContext context, Action<double> progress, CancellationToken cancellationToken)
    {
        if (await lake.FindByKeyAsync(dataset, context.IdempotencyKey, cancellationToken) is { } published)
        {
            return published;
        }

        var (query, tables) = await ResolveAsync(request, cancellationToken);
        using var draft = lake.Begin(dataset, context.IdempotencyKey, context.RunId);
        draft.Append = mode == WriteMode.Append;
        draft.Parents = [.. tables.Select(t => t.Version.ToReference()).Distinct()];
        using var connection = Open(tables, query.IsOrdered, [draft.Folder]);
        await RunAsync(
            connection, request, query, tables, (c, _, token) => DatasetRows.Write(c, $"SELECT * FROM {View}", draft, token), progress, cancellationToken);
        await lake.RefuseOtherColumnsAsync(draft, cancellationToken);
        try
        {
            return await lake.PublishAsync(draft, cancellationToken);
        }
        catch (IOException e)
        {
            throw new ActivityException($"The new version of {dataset} cannot be stored: {e.Message}", e);
        }
    }

    private async Task<(UserQuery Query, IReadOnlyList<(UserTable Table, DatasetVersion Version)> Tables)> ResolveAsync(
        QueryRequest request, CancellationToken cancellationToken)
    {
        UserQuery query;
        try
        {
            using var parser = engine.Open(new DuckDbSettings { AllowedFolders = [], Threads = 1 });
            query = UserSql.Parse(parser, request.Sql);
        }
        catch (UserSqlException e)
        {
            throw Fault(e.Message, e);
        }

        return (query, await _tables.FindAsync(query, request.Datasets, cancellationToken));
    }

    private DuckDbConnection Open(IReadOnlyList<(UserTable Table, DatasetVersion Version)> tables, bool ordered, string[] folders) =>
        engine.Open(new DuckDbSettings
        {
            PreserveInsertionOrder = ordered || tables.Sum(t => t.Version.Bytes) <= KeepOrderBytes,
            AllowedFolders = [.. folders, .. tables.Select(t => lake.FolderOf(t.Version)).Distinct()],
        });

    private async Task<T> RunAsync<T>(
        DuckDbConnection connection, QueryRequest request, UserQuery query, IReadOnlyList<(UserTable Table, DatasetVersion Version)> tables,
        Func<DuckDbConnection, IReadOnlyList<DatasetColumn>, CancellationToken, T> run, Action<double> progress, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.RunAsync(
                (c, token) =>
                {
                    _tables.CreateViews(c, tables);
                    QueryVariables.Set(c, query.Variables, request.Values);
                    c.Execute($"CREATE TEMP VIEW {View} AS {request.Sql}", token);
                    return run(c, DatasetRows.Describe(c, $"SELECT * FROM {View}", token), token);
                },
                progress,
                cancellationToken);
        }
        catch (DuckDbException e)
        {
            throw new ActivityException(Explain(e), e) { Retryable = e.Kind == DuckDbErrorKind.IO };
        }
    }

    private static string Explain(DuckDbException e) => e.Kind == DuckDbErrorKind.OutOfMemory
        ? "The query needs more memory than the data engine may use: read less at a time, or raise its memory limit (DAG_MEMORY_MB)."
        : $"The query cannot be run: {e.Message.Split("\n\n")[0].ReplaceLineEndings(" ").Replace($"CREATE TEMP VIEW {View} AS ", "").Trim()}";

    private static ActivityException Fault(string message, Exception? cause = null) =>
        new($"The query cannot be run: {message}", cause) { Retryable = false };
}
