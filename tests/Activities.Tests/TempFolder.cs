namespace Dag.Activities.Tests;

/// <summary>A folder of a test's own, removed with what is in it.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder() => Directory.CreateDirectory(FullName);

    public string FullName { get; } = Path.Combine(Path.GetTempPath(), $"dag-test-{Guid.NewGuid():N}");

    public string File(string name) => Path.Combine(FullName, name);

    /// <summary>Writes a file, with the folders that it needs, and gives its full path.</summary>
    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
