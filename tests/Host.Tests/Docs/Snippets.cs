using System.Diagnostics;
using System.Reflection;

namespace Dag.Host.Tests.Docs;

/// <summary>Compiles code of the documentation with the compiler of the SDK, against what these tests run on.</summary>
internal static class Snippets
{
    // What the projects' ImplicitUsings and Using items stand for.
    private static readonly string Usings = string.Concat(
        ((string[])["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks", "Xunit"])
        .Select(n => $"global using {n};\n"));

    /// <summary>Compiles the sources into one assembly.</summary>
    /// <returns>Its path.</returns>
    public static async Task<string> CompileAsync(string folder, string name, params IReadOnlyList<string> sources)
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var assembly = Path.Combine(folder, name + ".dll");
        List<string> arguments = ["-nologo", "-target:library", "-nullable:enable", "-langversion:latest", $"-out:\"{assembly}\""];
        arguments.AddRange(Directory.GetFiles(runtime, "*.dll").Concat(Directory.GetFiles(AppContext.BaseDirectory, "*.dll"))
            .Where(IsManaged).DistinctBy(Path.GetFileName).Select(f => $"-reference:\"{f}\""));
        foreach (var (i, source) in sources.Prepend(Usings).Index())
        {
            var file = Path.Combine(folder, $"{name}.{i}.cs");
            await File.WriteAllTextAsync(file, source, TestContext.Current.CancellationToken);
            arguments.Add($"\"{file}\"");
        }

        var response = Path.Combine(folder, name + ".rsp");
        await File.WriteAllLinesAsync(response, arguments, TestContext.Current.CancellationToken);
        using var compiler = Process.Start(new ProcessStartInfo("dotnet", ["exec", Compiler(runtime), "-noconfig", $"@{response}"]) { RedirectStandardOutput = true })!;
        var output = await compiler.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await compiler.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(compiler.ExitCode == 0, output);
        return assembly;
    }

    // The newest SDK beside the runtime: <root>/shared/Microsoft.NETCore.App/<version> and <root>/sdk/<version>.
    private static string Compiler(string runtime) =>
        Directory.GetDirectories(Path.Combine(runtime, "..", "..", "..", "sdk"), $"{Environment.Version.Major}.*")
            .Select(f => Path.Combine(f, "Roslyn", "bincore", "csc.dll")).Where(File.Exists).Order(StringComparer.Ordinal).Last();

    private static bool IsManaged(string file)
    {
        try
        {
            AssemblyName.GetAssemblyName(file);
            return true;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }
}
