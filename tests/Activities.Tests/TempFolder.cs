namespace Dag.Activities.Tests;

/// <summary>A folder of a test's own, removed with what is in it.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder() => Directory.CreateDirectory(FullName);

    public string FullName { get; } = Path.Combine(Path.GetTempPath(), $"dag-test-{Guid.NewGuid():N}");

    public string File(string name) => Path.Combine(FullName, name);

    public string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
