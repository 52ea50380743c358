namespace Dag.Workflows.Hooks;

/// <summary>A segment of an endpoint's path: a literal, or a value between two literals that may be empty.</summary>
internal sealed record HookSegment
{
    /// <summary>The literal, or what stands before the value.</summary>
    public required string Before { get; init; }

    /// <summary>The value's name; null for a literal.</summary>
    public string? Name { get; init; }

    /// <summary>What stands after the value.</summary>
    public string After { get; init; } = "";

    /// <summary>Whether it may be missing.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The value when it is missing.</summary>
    public string? Default { get; init; }

    /// <summary>Whether it takes all segments that are left.</summary>
    public bool TakesRest { get; init; }

    public bool IsLiteral => Name is null;

    /// <summary>The segment without the name of its value.</summary>
    public string Shape => Name is null ? Before.ToLowerInvariant() : TakesRest ? "{*}" : $"{Before.ToLowerInvariant()}{{}}{After.ToLowerInvariant()}";

    /// <summary>A literal comes before a value with text, that before a value, and all before what takes the rest.</summary>
    public char Rank => Name is null ? 'a' : TakesRest ? 'e' : Before.Length + After.Length > 0 ? 'b' : IsOptional ? 'd' : 'c';

    public static HookSegment Parse(string text)
    {
        var open = text.IndexOf('{', StringComparison.Ordinal);
        if (open < 0)
        {
            return text.AsSpan().IndexOfAny("}?#\\") >= 0 || text.Any(char.IsControl)
                ? throw new FormatException($"'{text}' in the path holds a character that no path has.")
                : new HookSegment { Before = text };
        }

        var close = text.IndexOf('}', open);
        if (close < 0 || text.IndexOf('{', open + 1) >= 0 || text.IndexOf('}', close + 1) >= 0)
        {
            throw new FormatException($"'{text}' in the path is no segment with one value: write one such as {{id}} or file-{{id}}.json.");
        }

        var segment = Value(text[(open + 1)..close], text) with { Before = text[..open], After = text[(close + 1)..] };
        return (segment.IsOptional || segment.TakesRest) && segment.Before.Length + segment.After.Length > 0
            ? throw new FormatException($"'{text}' in the path: a value that may be missing, or takes the rest, is a segment of its own.")
            : segment;
    }

    /// <summary>Whether a segment that was asked for is meant; its value is then added.</summary>
    public bool Matches(string asked, Dictionary<string, object?> values)
    {
        if (Name is null)
        {
            return asked.Equals(Before, StringComparison.OrdinalIgnoreCase);
        }

        if (asked.Length <= Before.Length + After.Length
            || !asked.StartsWith(Before, StringComparison.OrdinalIgnoreCase) || !asked.EndsWith(After, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        values[Name] = asked[Before.Length..^After.Length];
        return true;
    }

    private static HookSegment Value(string inner, string text)
    {
        var takesRest = inner.StartsWith('*');
        inner = inner.TrimStart('*');
        var equals = inner.IndexOf('=', StringComparison.Ordinal);
        var fallback = equals < 0 ? null : inner[(equals + 1)..];
        inner = equals < 0 ? inner : inner[..equals];
        var isOptional = inner.EndsWith('?') || fallback is not null;
        var name = inner.TrimEnd('?').Split(':')[0];
        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? new HookSegment { Before = "", Name = name, IsOptional = isOptional, Default = fallback, TakesRest = takesRest }
            : throw new FormatException($"'{text}' in the path has no name for its value: write one such as {{id}}.");
    }
}
