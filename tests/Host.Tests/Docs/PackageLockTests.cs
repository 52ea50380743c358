using System.Text.Json;

namespace Dag.Host.Tests.Docs;

public sealed class PackageLockTests
{
    // npm writes only those that it can fetch at that time, and `npm ci` refuses such a lock everywhere.
    [Fact]
    public void The_lock_of_npm_holds_the_packages_of_every_platform()
    {
        using var file = JsonDocument.Parse(Repository.Read("package-lock.json"));
        var packages = file.RootElement.GetProperty("packages");
        var wanted = packages.EnumerateObject()
            .Where(p => p.Value.TryGetProperty("optionalDependencies", out _))
            .SelectMany(p => p.Value.GetProperty("optionalDependencies").EnumerateObject())
            .Select(d => d.Name)
            .ToList();

        Assert.Contains("@duckdb/node-bindings-win32-x64", wanted);
        Assert.All(wanted, name => Assert.True(packages.TryGetProperty($"node_modules/{name}", out _), $"{name} is not in package-lock.json."));
    }
}
