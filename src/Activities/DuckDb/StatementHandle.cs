using Microsoft.Win32.SafeHandles;

namespace Dag.Activities.DuckDb;

/// <summary>A prepared statement.</summary>
internal sealed class StatementHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public StatementHandle(nint statement) : base(ownsHandle: true) => SetHandle(statement);

    protected override bool ReleaseHandle()
    {
        NativeMethods.duckdb_destroy_prepare(ref handle);
        return true;
    }
}
