using System.Runtime.InteropServices;
using System.Text;

namespace Dag.Activities.DuckDb;

/// <summary>Reads the engine's errors.</summary>
internal static unsafe class DuckDbErrors
{
    private const int KeptBytes = 2048;

    /// <summary>
    /// A message, or its beginning and end: the engine quotes the faulty line, which can have a hundred megabytes.
    /// </summary>
    public static string Text(byte* message)
    {
        if (message is null)
        {
            return "";
        }

        var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(message);
        return bytes.Length <= 2 * KeptBytes
            ? Encoding.UTF8.GetString(bytes)
            : $"{Encoding.UTF8.GetString(bytes[..KeptBytes])} … {Encoding.UTF8.GetString(bytes[^KeptBytes..])}";
    }

    /// <summary>Tells the kind of an error from its message, where the C API gives no more than that.</summary>
    public static DuckDbErrorKind KindOf(string? message) => message?.Split(" Error:", 2)[0] switch
    {
        "Binder" => DuckDbErrorKind.Binder,
        "Parser" => DuckDbErrorKind.Parser,
        "Catalog" => DuckDbErrorKind.Catalog,
        "Conversion" => DuckDbErrorKind.Conversion,
        "IO" => DuckDbErrorKind.IO,
        "Invalid Input" => DuckDbErrorKind.InvalidInput,
        "Permission" => DuckDbErrorKind.Permission,
        "Out of Memory" => DuckDbErrorKind.OutOfMemory,
        "Out of Range" => DuckDbErrorKind.OutOfRange,
        "INTERRUPT" => DuckDbErrorKind.Interrupt,
        "FATAL" => DuckDbErrorKind.Fatal,
        "INTERNAL" => DuckDbErrorKind.Internal,
        _ => DuckDbErrorKind.Unknown,
    };
}
