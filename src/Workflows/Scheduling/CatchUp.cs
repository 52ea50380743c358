using System.Text.Json;

namespace Dag.Workflows.Scheduling;

/// <summary>Which firings that were missed, as the service was down, are made up for.</summary>
internal enum CatchUpMode
{
    /// <summary>None: it goes on with the next one.</summary>
    None,

    /// <summary>The latest of them.</summary>
    Latest,

    /// <summary>All of them, the oldest first, as far back as the limit says.</summary>
    All,
}

/// <summary>
/// What a timetable makes up for: <c>"none"</c>, <c>"latest"</c>, <c>"all"</c>, or <c>{"mode": "all", "limit": 7}</c>.
/// </summary>
/// <param name="Mode">Which.</param>
/// <param name="Limit">How many at the most, of <see cref="CatchUpMode.All"/>.</param>
internal sealed record CatchUp(CatchUpMode Mode, int Limit)
{
    /// <summary>How many at the most, unless said otherwise.</summary>
    public const int DefaultLimit = 100;

    /// <summary>The most that can be said.</summary>
    public const int MostLimit = 1000;

    /// <summary>The default.</summary>
    public static readonly CatchUp Nothing = new(CatchUpMode.None, 0);

    /// <summary>Reads it; what is missing makes up for nothing.</summary>
    /// <exception cref="FormatException">It is wrong; the message says what is right.</exception>
    public static CatchUp Parse(JsonElement element)
    {
        if (element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return Nothing;
        }

        var limit = DefaultLimit;
        var mode = element;
        if (element.ValueKind == JsonValueKind.Object)
        {
            mode = element.TryGetProperty("mode", out var given) ? given : default;
            var known = element.EnumerateObject().All(m => m.Name is "mode" or "limit");
            var limited = !element.TryGetProperty("limit", out var most)
                || (most.ValueKind == JsonValueKind.Number && most.TryGetInt32(out limit) && limit is >= 1 and <= MostLimit);
            if (!known || !limited)
            {
                throw Wrong(element);
            }
        }

        return (mode.ValueKind == JsonValueKind.String ? mode.GetString()!.ToLowerInvariant() : "") switch
        {
            "none" => Nothing,
            "latest" => new CatchUp(CatchUpMode.Latest, 1),
            "all" => new CatchUp(CatchUpMode.All, limit),
            _ => throw Wrong(element),
        };
    }

    /// <summary>The firings after one instant up to another that are made up for if they were missed, the oldest first.</summary>
    public IReadOnlyList<DateTimeOffset> Candidates(Timetable timetable, DateTimeOffset after, DateTimeOffset until)
    {
        var found = new List<DateTimeOffset>();
        var before = until.AddTicks(1);
        while (found.Count < Limit && timetable.PreviousBefore(before) is { } firing && firing > after)
        {
            found.Add(firing);
            before = firing;
        }

        found.Reverse();
        return found;
    }

    private static FormatException Wrong(JsonElement element) => new(
        $"customProperties.catchUp is {element.GetRawText()}: write \"none\", \"latest\", \"all\", or {{\"mode\": \"all\", \"limit\": 7}} with a limit "
        + $"from 1 to {MostLimit}.");
}
