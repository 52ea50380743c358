using System.Globalization;

namespace Dag.Host.Tests.Cli;

/// <summary>The time of day as a child process sees it, set by a library that is loaded into it; what has elapsed it leaves alone.</summary>
internal sealed class FakedClock
{
    private static readonly string[] s_folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];
    private readonly string _file;
    private readonly TimeSpan _offset;

    /// <param name="folder">Where the setting lies.</param>
    /// <param name="start">The time of day that the process begins with.</param>
    public FakedClock(string folder, DateTimeOffset start)
    {
        _file = Path.Combine(folder, "clock");
        _offset = start - TimeProvider.System.GetUtcNow();
        SetForward(TimeSpan.Zero);
    }

    public static string? Library =>
        s_folders.Select(f => Path.Combine(f, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists);

    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = Library!,
        ["FAKETIME_TIMESTAMP_FILE"] = _file,
        ["FAKETIME_CACHE_DURATION"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
    };

    /// <summary>Sets the clock so far ahead of where it would be had it been left alone.</summary>
    public void SetForward(TimeSpan by)
    {
        // In one step: the child reads it at any time.
        File.WriteAllText(_file + ".new", string.Create(CultureInfo.InvariantCulture, $"{(_offset + by).TotalSeconds:+0.000;-0.000}\n"));
        File.Move(_file + ".new", _file, overwrite: true);
    }
}
