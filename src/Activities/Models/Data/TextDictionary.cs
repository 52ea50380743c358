using System.Runtime.InteropServices;

namespace Dag.Activities.Models;

/// <summary>Gives each distinct text a code, in order of appearance.</summary>
internal sealed class TextDictionary
{
    private readonly Dictionary<string, int> _codes = new(StringComparer.Ordinal);

    public int CodeOf(ReadOnlySpan<char> text)
    {
        var lookup = _codes.GetAlternateLookup<ReadOnlySpan<char>>();
        ref var code = ref CollectionsMarshal.GetValueRefOrAddDefault(lookup, text, out var exists);
        if (!exists)
        {
            code = _codes.Count - 1;
        }

        return code;
    }

    public string[] ToArray()
    {
        var texts = new string[_codes.Count];
        foreach (var (text, code) in _codes)
        {
            texts[code] = text;
        }

        return texts;
    }
}
