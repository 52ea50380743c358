using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Dag.Activities.Lake;

/// <summary>What .NET has no call for: making folders durable, and a second name for a file.</summary>
internal static partial class LakeFiles
{
    private const int HashBuffer = 1 << 20;
    private const int ReadOnlyFlag = 0;
    private static readonly TimeSpan FlushPeriod = TimeSpan.FromMilliseconds(500);

    /// <summary>Brings a file's content to the disk.</summary>
    public static void FlushFile(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Brings what another thread writes into a file to the disk meanwhile, so that little is left to bring there at its end.</summary>
    public static async Task FlushWhileWrittenAsync(string path, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(FlushPeriod, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (File.Exists(path))
                {
                    FlushFile(path);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            // It is complete; or whatever is wrong, the last flush says it.
        }
    }

    /// <summary>Brings a folder's entries to the disk: without it a rename may be undone by a power failure.</summary>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS journals renames itself.
        }

        var descriptor = open(path, ReadOnlyFlag);
        if (descriptor < 0)
        {
            throw Fault("open", path);
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (fsync(descriptor) != 0)
        {
            throw Fault("flush", path);
        }
    }

    /// <summary>Gives a file a second name; copies it where the file system cannot.</summary>
    public static void LinkOrCopy(string existing, string path)
    {
        var linked = OperatingSystem.IsWindows() ? CreateHardLink(path, existing, 0) : link(existing, path) == 0;
        if (!linked)
        {
            File.Copy(existing, path, overwrite: true);
            FlushFile(path);
        }
    }

    /// <summary>Renames a folder; false when there is one of the new name already.</summary>
    public static bool TryRename(string from, string to)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Move(from, to);
                return true;
            }
            catch (IOException) when (Directory.Exists(to))
            {
                return false;
            }
            catch (IOException) when (attempt < 3)
            {
                // There may have been one that has gone since, of a publisher who came too late; other faults come again.
            }
        }
    }

    /// <summary>Deletes a folder and what is in it; one that is not there is no fault.</summary>
    public static void DeleteFolder(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Published, swept, or never made.
        }
    }

    /// <summary>SHA-256 of a file, in hexadecimal.</summary>
    public static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, HashBuffer, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    private static IOException Fault(string verb, string path) =>
        new($"Could not {verb} {path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string existing, string path);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string path, string existing, nint security);
}
