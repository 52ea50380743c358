using System.Numerics;
using System.Runtime.InteropServices;

namespace Dag.Activities.Models;

/// <summary>Inner loops of linear algebra, with the processor's vectors.</summary>
internal static class VectorMath
{
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var va = MemoryMarshal.Cast<double, Vector<double>>(a);
        var vb = MemoryMarshal.Cast<double, Vector<double>>(b);
        var sum = Vector<double>.Zero;
        for (var i = 0; i < va.Length; i++)
        {
            sum += va[i] * vb[i];
        }

        var total = Vector.Sum(sum);
        for (var i = va.Length * Vector<double>.Count; i < a.Length; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }

    /// <summary>Adds <paramref name="factor"/> times <paramref name="source"/> to <paramref name="target"/>.</summary>
    public static void AddScaled(Span<double> target, double factor, ReadOnlySpan<double> source)
    {
        var vt = MemoryMarshal.Cast<double, Vector<double>>(target);
        var vs = MemoryMarshal.Cast<double, Vector<double>>(source);
        var vf = new Vector<double>(factor);
        for (var i = 0; i < vt.Length; i++)
        {
            vt[i] += vf * vs[i];
        }

        for (var i = vt.Length * Vector<double>.Count; i < target.Length; i++)
        {
            target[i] += factor * source[i];
        }
    }
}
