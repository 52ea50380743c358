using System.Text;

namespace Dag.Workflows.Tests.Kill;

/// <summary>
/// A file of lines, each given to the system in one write before the call returns: what a killed process has written stays, and no line is
/// torn.
/// </summary>
internal sealed class AppendedLines(string path) : IDisposable
{
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    private readonly Lock _gate = new();

    public void Add(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (_gate)
        {
            _file.Write(bytes);
        }
    }

    public void Dispose() => _file.Dispose();
}
