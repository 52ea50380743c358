using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Dag.Activities.DuckDb;

/// <summary>A result and the chunk of it that is being read: both are freed together, whoever forgets to.</summary>
internal sealed unsafe class ResultHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private nint _chunk;

    public ResultHandle() : base(ownsHandle: true) => SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(NativeResult)));

    public NativeResult* Result => (NativeResult*)handle;

    public nint Chunk => _chunk;

    /// <summary>Replaces the chunk by the next one; false at the end or on an error.</summary>
    public bool FetchNext()
    {
        FreeChunk();
        _chunk = NativeMethods.duckdb_fetch_chunk(*Result);
        return _chunk != 0;
    }

    public string Error() => DuckDbErrors.Text(NativeMethods.duckdb_result_error(Result));

    public DuckDbErrorKind ErrorKind() => (DuckDbErrorKind)NativeMethods.duckdb_result_error_type(Result);

    protected override bool ReleaseHandle()
    {
        FreeChunk();
        NativeMethods.duckdb_destroy_result(Result);
        NativeMemory.Free(Result);
        return true;
    }

    private void FreeChunk()
    {
        if (_chunk != 0)
        {
            NativeMethods.duckdb_destroy_data_chunk(ref _chunk);
            _chunk = 0;
        }
    }
}
