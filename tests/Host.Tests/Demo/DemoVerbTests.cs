using System.Diagnostics;
using System.Net.Sockets;
using System.Net;
using Dag.Tests;

namespace Dag.Host.Tests.Demo;

/// <summary>The verb as a process of its own, as people start it.</summary>
public sealed class DemoVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dag-demo-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_demo_runs_to_its_summary()
    {
        var (exit, output) = await RunAsync("demo", "--once", "--data", _folder, "--urls", "http://127.0.0.1:0");
        Assert.True(exit == 0, output);
        Assert.DoesNotContain("\u001b", output, StringComparison.Ordinal);
        Assert.Contains("✔ convert", output);
        Assert.Contains("flights-200k.parquet started run", output);
        Assert.Contains("222,000", output);
        Assert.Contains("flights-delay@3", output);
        Assert.Contains("champion: none", output);
        Assert.True(File.Exists(Path.Combine(_folder, "metadata.db")));
        Assert.True(Directory.Exists(Path.Combine(_folder, "lake", "flights", "3")));
        Assert.True(Directory.Exists(Path.Combine(_folder, "models", "flights-delay", "3")));
    }

    [Fact]
    public async Task A_folder_that_holds_something_else_is_left_alone()
    {
        var kept = Path.Combine(_folder, "thesis.txt");
        await File.WriteAllTextAsync(kept, "years of work", TestContext.Current.CancellationToken);
        var (exit, output) = await RunAsync("demo", "--once", "--data", _folder);
        Assert.Equal(2, exit);
        Assert.Contains("name an empty or a new one with --data", output);
        Assert.Equal("years of work", await File.ReadAllTextAsync(kept, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_port_that_is_taken_and_was_asked_for_is_a_clear_error()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var (exit, output) = await RunAsync("demo", "--once", "--data", _folder, "--urls", $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");
        Assert.Equal(2, exit);
        Assert.Contains("--urls", output);
    }

    private static async Task<(int Exit, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(TestPrograms.Folder(typeof(DemoVerbTests).Assembly), "Dag.Host.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
