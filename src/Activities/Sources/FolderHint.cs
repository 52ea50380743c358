using System.Threading.Channels;

namespace Dag.Activities.Sources;

/// <summary>
/// Waits for the next look at a folder, and cuts the wait short when the operating system says that something changed in it. It is a
/// hint only: a watcher that overflows, dies with its folder or is not supported (network shares, exhausted inotify) costs time, no file.
/// </summary>
internal sealed class FolderHint(string folder, TimeProvider clock) : IDisposable
{
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private FileSystemWatcher? _watcher;
    private volatile bool _broken;

    /// <summary>Waits at least the one time, and then until a change or for the other.</summary>
    public async Task WaitAsync(TimeSpan least, TimeSpan most, CancellationToken cancellationToken)
    {
        Watch();
        await Task.Delay(least, clock, cancellationToken);
        if (most <= least)
        {
            return;
        }

        using var elapsed = new CancellationTokenSource(most - least, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(elapsed.Token, cancellationToken);
        try
        {
            await _changed.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Gives up the watcher, whose folder has gone; the next wait makes another when the folder is back.</summary>
    public void Reset() => _broken = true;

    public void Dispose() => _watcher?.Dispose();

    private void Watch()
    {
        if (_broken)
        {
            _watcher?.Dispose();
            _watcher = null;
            _broken = false;
        }

        if (_watcher is not null || !Directory.Exists(folder))
        {
            return;
        }

        // Below the top folder polling alone serves: a watch for each of thousands of subfolders uses up what the system has of them.
        var watcher = new FileSystemWatcher(folder);
        try
        {
            watcher.Created += (_, _) => _changed.Writer.TryWrite(true);
            watcher.Changed += (_, _) => _changed.Writer.TryWrite(true);
            watcher.Renamed += (_, _) => _changed.Writer.TryWrite(true);
            watcher.Error += (_, _) => _broken = true;
            watcher.EnableRaisingEvents = true;
            _watcher = watcher;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or PlatformNotSupportedException)
        {
            watcher.Dispose();
        }
    }
}
