using System.Text;

namespace Dag.Workflows.Hooks;

/// <summary>
/// The path of an endpoint, below <c>/hooks</c>: literal segments, and values by name as <c>{id}</c>, within a text as <c>file-{id}.json</c>,
/// as the last segment also <c>{id?}</c>, <c>{id=1}</c> and <c>{*rest}</c>, which takes all that is left. What follows a colon in a name is
/// accepted and not checked, as in Elsa. Case does not matter.
/// </summary>
internal sealed class HookRoute
{
    /// <summary>The longest path of an endpoint, in characters.</summary>
    public const int LongestPath = 500;

    private readonly HookSegment[] _segments;

    private HookRoute(string template, HookSegment[] segments)
    {
        Template = template;
        _segments = segments;
        Shape = "/" + string.Join('/', segments.Select(s => s.Shape));
        Prefix = PrefixOf(segments.TakeWhile(s => s.IsLiteral).Select(s => s.Before));
        Rank = string.Concat(segments.Select(s => s.Rank));
    }

    /// <summary>The path as it is written, with one leading slash.</summary>
    public string Template { get; }

    /// <summary>The path without the names of its values: two endpoints of one shape and method cannot be told apart.</summary>
    public string Shape { get; }

    /// <summary>Its leading literal segments in lower case: what waits is found by the prefixes of what is asked for.</summary>
    public string Prefix { get; }

    /// <summary>The more special of two paths comes first, in ordinal order.</summary>
    public string Rank { get; }

    /// <summary>Reads a path.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static HookRoute Parse(string path)
    {
        var template = "/" + path.Trim().Trim('/');
        if (template.Length > LongestPath)
        {
            throw new FormatException($"The path has {template.Length} characters; at most {LongestPath} are allowed.");
        }

        var parts = Split(template);
        var segments = new HookSegment[parts.Length];
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < parts.Length; i++)
        {
            var segment = segments[i] = HookSegment.Parse(parts[i]);
            if (segment.Name is { } name && !names.Add(name))
            {
                throw new FormatException($"The path '{template}' has two values named '{name}'.");
            }

            if (i < parts.Length - 1 && (segment.IsOptional || segment.TakesRest))
            {
                throw new FormatException($"The path '{template}' goes on after '{parts[i]}', which must be its last segment.");
            }
        }

        return new HookRoute(template, segments);
    }

    /// <summary>The segments of a path that was asked for.</summary>
    public static string[] Split(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The prefixes of a path that was asked for, the empty one first, as <see cref="Prefix"/> has them.</summary>
    public static IReadOnlyList<string> PrefixesOf(IReadOnlyList<string> segments)
    {
        var prefixes = new List<string>(segments.Count + 1) { "/" };
        for (var i = 1; i <= segments.Count; i++)
        {
            prefixes.Add(PrefixOf(segments.Take(i)));
        }

        return prefixes;
    }

    /// <summary>The values of a path, by name; null when it is not meant.</summary>
    public Dictionary<string, object?>? Match(IReadOnlyList<string> path)
    {
        var values = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < _segments.Length; i++)
        {
            var segment = _segments[i];
            if (segment.TakesRest)
            {
                values[segment.Name!] = i < path.Count ? string.Join('/', path.Skip(i)) : segment.Default;
                return values;
            }

            if (i >= path.Count)
            {
                if (!segment.IsOptional)
                {
                    return null;
                }

                if (segment.Default is not null)
                {
                    values[segment.Name!] = segment.Default;
                }
            }
            else if (!segment.Matches(path[i], values))
            {
                return null;
            }
        }

        return path.Count > _segments.Length ? null : values;
    }

    public override string ToString() => Template;

    private static string PrefixOf(IEnumerable<string> segments)
    {
        var prefix = new StringBuilder();
        foreach (var segment in segments)
        {
            prefix.Append('/').Append(segment.ToLowerInvariant());
        }

        return prefix.Length == 0 ? "/" : prefix.ToString();
    }
}
