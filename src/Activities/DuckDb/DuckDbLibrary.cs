using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Dag.Activities.DuckDb;

/// <summary>Finds and loads libduckdb at the first use: a process that never touches data does not pay for 70 MB of library.</summary>
internal static class DuckDbLibrary
{
    /// <summary>Not the file's name, so that the runtime never picks up another version from the system by itself.</summary>
    public const string Name = "dag-libduckdb";

    private static readonly Lazy<nint> Handle = new(Load);

    /// <summary>Loads the library if that has not happened yet.</summary>
    /// <exception cref="DuckDbException">It is not installed; the message says how to install it.</exception>
    public static void EnsureLoaded() => _ = Handle.Value;

    private static nint Load()
    {
        var path = Candidates().FirstOrDefault(File.Exists)
            ?? throw new DuckDbException(
                $"The data engine's library {FileName} is not installed: run `npm ci --ignore-scripts` in the folder " +
                "of package.json, or set DAG_DUCKDB to the file.");
        nint handle;
        try
        {
            handle = NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new DuckDbException($"The data engine's library {path} cannot be loaded: {e.Message}", innerException: e);
        }

        // An event, not SetDllImportResolver: that can be set once per assembly, and other families bind libraries of their own.
        AssemblyLoadContext.GetLoadContext(typeof(DuckDbLibrary).Assembly)!.ResolvingUnmanagedDll += (_, name) => name == Name ? handle : 0;
        return handle;
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("DAG_DUCKDB") is { Length: > 0 } given)
        {
            yield return Directory.Exists(given) ? Path.Combine(given, FileName) : given;
            yield break;
        }

        yield return Path.Combine(AppContext.BaseDirectory, FileName);
        var package = Path.Combine("node_modules", "@duckdb", $"node-bindings-{Platform}", FileName);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, package);
        }
    }

    private static string FileName => OperatingSystem.IsWindows() ? "duckdb.dll"
        : OperatingSystem.IsMacOS() ? "libduckdb.dylib"
        : "libduckdb.so";

    private static string Platform
    {
        get
        {
            var system = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
            var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
            var musl = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "-musl" : "";
            return $"{system}-{architecture}{musl}";
        }
    }
}
