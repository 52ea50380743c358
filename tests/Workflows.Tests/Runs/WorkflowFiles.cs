namespace Dag.Workflows.Tests.Runs;

/// <summary>The workflows under tests/workflows.</summary>
internal static class WorkflowFiles
{
    public static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "workflows");

    /// <summary>Every workflow that can run, by its path below the folder.</summary>
    public static IEnumerable<string> Runnable() =>
        from folder in (string[])["oracle", "valid"]
        where Directory.Exists(Path.Combine(Folder, folder))
        from file in Directory.EnumerateFiles(Path.Combine(Folder, folder), "*.json", SearchOption.AllDirectories)
        where !file.EndsWith(".expected.json", StringComparison.Ordinal)
        orderby file
        select Path.GetRelativePath(Folder, file);

    public static string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));
}
