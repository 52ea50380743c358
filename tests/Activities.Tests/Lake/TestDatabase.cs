using System.Data.Common;
using Dag.Workflows.Storage;
using Microsoft.Data.Sqlite;

namespace Dag.Activities.Tests.Lake;

/// <summary>A metadata database in a file, one write at a time.</summary>
internal sealed class TestDatabase(string path) : MetadataDatabase
{
    private readonly SemaphoreSlim _writer = new(1);
    private readonly string _connectionString = $"Data Source={path};Pooling=False;Default Timeout=30";

    public override SqlDialect Dialect => SqlDialect.Sqlite;

    public override async Task MigrateAsync(IReadOnlyList<MigrationSource> sources, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(_connectionString);
        connection.Open();
        foreach (var source in sources)
        {
            foreach (var name in source.Assembly.GetManifestResourceNames().Where(n => n.Contains("Lake.Migrations")).Order())
            {
                using var reader = new StreamReader(source.Assembly.GetManifestResourceStream(name)!);
                await using var command = connection.CreateCommand();
                command.CommandText = await reader.ReadToEndAsync(cancellationToken);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }

    public override async Task<T> ReadAsync<T>(Func<DbConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return await read(connection, cancellationToken);
    }

    public override async Task<T> WriteAsync<T>(Func<DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            await using var connection = new SqliteConnection(_connectionString);
            connection.Open();
            await using var transaction = connection.BeginTransaction();
            var result = await write(transaction, cancellationToken);
            transaction.Commit();
            return result;
        }
        finally
        {
            _writer.Release();
        }
    }

    public override ValueTask DisposeAsync()
    {
        _writer.Dispose();
        return ValueTask.CompletedTask;
    }
}
