using Microsoft.Win32.SafeHandles;

namespace Dag.Activities.DuckDb;

/// <summary>An open database; it lives until its last connection is closed.</summary>
internal sealed class DatabaseHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly string _spillFolder;

    public DatabaseHandle(nint database, string spillFolder) : base(ownsHandle: true)
    {
        _spillFolder = spillFolder;
        SetHandle(database);
    }

    protected override bool ReleaseHandle()
    {
        NativeMethods.duckdb_close(ref handle);
        try
        {
            Directory.Delete(_spillFolder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Made only when something was spilled, and the engine removes it itself as a rule; the sweep at start takes the rest.
        }

        return true;
    }
}
