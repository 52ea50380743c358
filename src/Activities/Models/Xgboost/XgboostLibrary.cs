using System.Runtime.InteropServices;
using System.Text;

namespace Dag.Activities.Models;

/// <summary>The C API of XGBoost 1.7, as much of it as training needs. Used in the child process only.</summary>
internal sealed unsafe class XgboostLibrary
{
    /// <summary>What to do when the library is missing.</summary>
    public const string Install = "XGBoost is not installed: install the package libxgboost0 (Debian, Ubuntu) or put libxgboost on the "
        + "library path. Until then its candidate is left out.";

    private static readonly string[] s_names = ["libxgboost.so.0", "libxgboost.so", "libxgboost.dylib", "xgboost.dll"];

    private readonly nint _library;

    private XgboostLibrary(nint library) => _library = library;

    /// <summary>Loads the library; null when it is not installed.</summary>
    public static XgboostLibrary? TryLoad()
    {
        foreach (var name in s_names)
        {
            if (NativeLibrary.TryLoad(name, out var library))
            {
                return new XgboostLibrary(library);
            }
        }

        return null;
    }

    /// <summary>Copies a matrix, row by row, into the library; NaN is a missing value.</summary>
    public nint CreateMatrix(float* values, long rows, long columns)
    {
        nint handle;
        var create = (delegate* unmanaged[Cdecl]<float*, ulong, ulong, float, nint*, int>)Function("XGDMatrixCreateFromMat");
        Check(create(values, (ulong)rows, (ulong)columns, float.NaN, &handle));
        return handle;
    }

    public void SetLabels(nint matrix, float* labels, long rows)
    {
        var set = (delegate* unmanaged[Cdecl]<nint, byte*, float*, ulong, int>)Function("XGDMatrixSetFloatInfo");
        fixed (byte* field = "label\0"u8)
        {
            Check(set(matrix, field, labels, (ulong)rows));
        }
    }

    public nint CreateBooster(nint matrix)
    {
        nint handle;
        var create = (delegate* unmanaged[Cdecl]<nint*, ulong, nint*, int>)Function("XGBoosterCreate");
        Check(create(&matrix, 1, &handle));
        return handle;
    }

    public void SetParameter(nint booster, string name, string value)
    {
        var set = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, int>)Function("XGBoosterSetParam");
        fixed (byte* n = Utf8(name), v = Utf8(value))
        {
            Check(set(booster, n, v));
        }
    }

    public void SetFeatureNames(nint booster, IReadOnlyList<string> names)
    {
        var set = (delegate* unmanaged[Cdecl]<nint, byte*, byte**, ulong, int>)Function("XGBoosterSetStrFeatureInfo");
        var pointers = stackalloc byte*[names.Count];
        try
        {
            for (var i = 0; i < names.Count; i++)
            {
                pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(names[i]);
            }

            fixed (byte* field = "feature_name\0"u8)
            {
                Check(set(booster, field, pointers, (ulong)names.Count));
            }
        }
        finally
        {
            for (var i = 0; i < names.Count; i++)
            {
                Marshal.FreeCoTaskMem((nint)pointers[i]);
            }
        }
    }

    /// <summary>Grows the trees of one round.</summary>
    public void Update(nint booster, int round, nint matrix)
    {
        var update = (delegate* unmanaged[Cdecl]<nint, int, nint, int>)Function("XGBoosterUpdateOneIter");
        Check(update(booster, round, matrix));
    }

    /// <summary>The model in XGBoost's JSON.</summary>
    public byte[] Save(nint booster)
    {
        ulong length;
        byte* content;
        var save = (delegate* unmanaged[Cdecl]<nint, byte*, ulong*, byte**, int>)Function("XGBoosterSaveModelToBuffer");
        fixed (byte* config = "{\"format\": \"json\"}\0"u8)
        {
            Check(save(booster, config, &length, &content));
        }

        return new ReadOnlySpan<byte>(content, checked((int)length)).ToArray();
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private nint Function(string name) => NativeLibrary.GetExport(_library, name);

    private void Check(int code)
    {
        if (code != 0)
        {
            var last = (delegate* unmanaged[Cdecl]<byte*>)Function("XGBGetLastError");
            throw new InvalidOperationException(Marshal.PtrToStringUTF8((nint)last()));
        }
    }
}
