using Microsoft.Win32.SafeHandles;

namespace Dag.Activities.DuckDb;

/// <summary>A connection; it keeps its database open.</summary>
internal sealed class ConnectionHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly DatabaseHandle _database;

    public ConnectionHandle(DatabaseHandle database) : base(ownsHandle: true)
    {
        _database = database;
        var added = false;
        database.DangerousAddRef(ref added);
        if (NativeMethods.duckdb_connect(database, out var connection) != 0)
        {
            database.DangerousRelease();
            throw new DuckDbException("The data engine refused a connection to an open database.");
        }

        SetHandle(connection);
    }

    protected override bool ReleaseHandle()
    {
        NativeMethods.duckdb_disconnect(ref handle);
        _database.DangerousRelease();
        return true;
    }
}
