namespace Dag.Workflows.Tests.Runs;

/// <summary>The workflows under tests/workflows.</summary>
internal static class WorkflowFiles
{
    public static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "workflows");

    /// <summary>Every workflow that can run, by its path below the folder.</summary>
    public static IEnumerable<string> Runnable() => In("oracle").Concat(In("valid"));

    /// <summary>The workflows of a folder, by their paths.</summary>
    public static IEnumerable<string> In(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Folder, folder), "*.json").Order().Select(f => Path.GetRelativePath(Folder, f));

    public static byte[] Bytes(string file) => File.ReadAllBytes(Path.Combine(Folder, file));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    /// <summary>What the file beside a workflow says about it.</summary>
    public static string ExpectedOf(string file) => Read(Path.ChangeExtension(file, ".expected.txt")).TrimEnd('\n');
}
