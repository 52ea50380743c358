using System.Collections.Frozen;
using System.Text.Json;

namespace Dag.Host.WebConsole;

/// <summary>
/// The files of Elsa Studio's npm package: beside the program when it is published, else where npm put them. Read once; they do not change
/// while the service runs.
/// </summary>
internal sealed class StudioFiles
{
    private const string Package = "node_modules/@elsa-workflows/elsa-studio-wasm";

    // Its page fetches fonts from the net and names elements that do not exist.
    private static readonly string[] Left = ["index.html", "package.json"];

    private readonly Lazy<FrozenDictionary<string, StudioFile>> _files;

    public StudioFiles() => _files = new(() => Read(Find()));

    /// <summary>Whether the package is there at all.</summary>
    public bool IsInstalled => _files.Value.Count > 0;

    /// <summary>The file at a path, with slashes, such as <c>_framework/dotnet.js</c>; null when there is none.</summary>
    public StudioFile? Find(string path) => _files.Value.GetValueOrDefault(path);

    private static string? Find()
    {
        var published = Path.Combine(AppContext.BaseDirectory, "studio");
        if (Directory.Exists(published))
        {
            return published;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, Package) is var package && Directory.Exists(package))
            {
                return package;
            }
        }

        return null;
    }

    private static FrozenDictionary<string, StudioFile> Read(string? root)
    {
        if (root is null)
        {
            return FrozenDictionary<string, StudioFile>.Empty;
        }

        var version = VersionOf(root);
        var names = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToDictionary(f => Path.GetRelativePath(root, f).Replace('\\', '/'));
        return names.Keys
            .Select(n => n.EndsWith(".br", StringComparison.Ordinal) || n.EndsWith(".gz", StringComparison.Ordinal) ? n[..^3] : n)
            .Distinct()
            .Where(n => !Left.Contains(n) && !n.EndsWith(".map", StringComparison.Ordinal))
            .ToFrozenDictionary(n => n, n => new StudioFile(
                n, version, names.GetValueOrDefault(n), names.GetValueOrDefault(n + ".br"), names.GetValueOrDefault(n + ".gz")));
    }

    private static string VersionOf(string root)
    {
        using var package = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root, "package.json")));
        return package.RootElement.GetProperty("version").GetString()!;
    }
}
