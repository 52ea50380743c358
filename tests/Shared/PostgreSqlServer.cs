using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Dag.Workflows.Storage;
using Dapper;
using Npgsql;

namespace Dag.Tests;

/// <summary>
/// A throw-away PostgreSQL server, started by the first test that needs it. It ends with this process however that ends: its shell
/// reads our pipe, and stops the server and deletes its files when the pipe closes.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const string Script = """
        trap '' INT TERM HUP
        "$1/initdb" -D "$2" -U dag -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$2.log" 2>&1 &&
        "$1/pg_ctl" -D "$2" -l "$2.log" -w -t 120 -o "-p $3 -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \
          -c max_connections=400 -c shared_buffers=32MB -c autovacuum=off" start </dev/null >>"$2.log" 2>&1 &&
        echo ready && cat >/dev/null || tail -n 5 "$2.log"
        "$1/pg_ctl" -D "$2" -m immediate stop >/dev/null 2>&1
        rm -rf "$2" "$2.log"
        """;

    private const string Template = "dag_template";
    private readonly SemaphoreSlim _creating = new(1);
    private readonly Lazy<Task<string>> _start;
    private Process? _shell;
    private int _databases;

    public PostgreSqlServer() => _start = new Lazy<Task<string>>(StartAsync);

    public async Task<TestDatabase> CreateDatabaseAsync(bool empty)
    {
        var server = await _start.Value;
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await _creating.WaitAsync();
        try
        {
            await ExecuteAsync(server, $"CREATE DATABASE {name} TEMPLATE {(empty ? "template1" : Template)}");
        }
        finally
        {
            _creating.Release();
        }

        return new PostgreSqlTestDatabase(server, name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_shell is null)
            return;

        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }

    internal static async Task ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await connection.ExecuteAsync(sql);
    }

    private async Task<string> StartAsync()
    {
        var binaries = FindBinaries();
        var folder = Path.Combine(Path.GetTempPath(), $"dag-test-postgresql-{Guid.NewGuid():N}");
        var port = FreePort();
        List<string> command = ["sh", "-c", Script, "sh", binaries, folder, $"{port}"];
        if (Environment.UserName == "root")
            command.InsertRange(0, ["runuser", "-u", "postgres", "--"]); // initdb refuses root
        _shell = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        var answer = await _shell.StandardOutput.ReadLineAsync();
        if (answer != "ready")
        {
            var log = await _shell.StandardOutput.ReadToEndAsync();
            throw new InvalidOperationException($"PostgreSQL for the tests did not start: {answer} {log}");
        }

        var server = $"Host=127.0.0.1;Port={port};Username=dag;Database=postgres;Maximum Pool Size=60";
        await ExecuteAsync(server, $"CREATE DATABASE {Template}");
        await using var template = new PostgreSqlDatabase(PostgreSqlTestDatabase.ConnectionString(server, Template));
        await template.MigrateAsync(TestDatabase.Sources, CancellationToken.None);
        return server;
    }

    private static string FindBinaries()
    {
        string[] versions = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        var paths = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return versions.OrderDescending(StringComparer.Ordinal).Select(v => Path.Combine(v, "bin")).Concat(paths)
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
            ?? throw new InvalidOperationException(
                "The tests need PostgreSQL's server: install it with 'apt-get install postgresql-15', or run './dag test', which does.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
