using System.IO.Enumeration;

namespace Dag.Activities.Sources;

/// <summary>
/// Which names count as arrived files: <c>*</c> and <c>?</c>, several patterns divided by <c>;</c>, letter case ignored. A pattern with
/// a slash is matched with the path below the folder, any other with the name alone. Hidden and partly written files never count.
/// </summary>
internal sealed class FileNamePattern
{
    private static readonly string[] _partialEndings = [".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".swp", "~"];
    private readonly string[] _patterns;

    public FileNamePattern(string pattern)
    {
        _patterns = pattern.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (_patterns.Length == 0)
        {
            _patterns = ["*"];
        }
    }

    /// <summary>Whether the name is hidden, or one that programs give to files that they are still writing.</summary>
    public static bool IsHiddenOrPartial(ReadOnlySpan<char> name)
    {
        if (name.StartsWith('.'))
        {
            return true;
        }

        foreach (var ending in _partialEndings)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a file below the folder is meant.</summary>
    public bool Matches(ReadOnlySpan<char> relativePath, ReadOnlySpan<char> name)
    {
        foreach (var pattern in _patterns)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, pattern.Contains('/') ? relativePath : name))
            {
                return true;
            }
        }

        return false;
    }
}
