using Dag.Workflows.Hooks;
using Dag.Workflows.Values;

namespace Dag.Host.Web.Hooks;

/// <summary>Finds the key that makes repeated requests one.</summary>
internal static class HookKeys
{
    private const string DefaultHeader = "Idempotency-Key";
    private const int LongestKey = 200;

    /// <summary>The key; null when there is none.</summary>
    /// <exception cref="HookRefusedException">The endpoint wants one, and there is none; or it is too long.</exception>
    public static string? Find(HttpRequest request, HookSettings settings, object? content)
    {
        var place = settings.IdempotencyKey;
        var key = place is null ? request.Headers[DefaultHeader].ToString()
            : place.StartsWith("$.", StringComparison.Ordinal) ? ValueConverter.ToText(Member(content, place[2..]))
            : request.Headers[place].ToString();
        if (key.Length > LongestKey)
        {
            throw HookRefusedException.Malformed($"The idempotency key in {place ?? DefaultHeader} has more than {LongestKey} characters.");
        }

        return key.Length > 0 ? $"key:{key}"
            : place is null ? null
            : throw HookRefusedException.Malformed($"The request has no idempotency key: this endpoint wants one in {(place.StartsWith('$') ? $"the member {place} of its JSON body" : $"the header {place}")}.");
    }

    private static object? Member(object? content, string path)
    {
        foreach (var name in path.Split('.'))
        {
            content = content is IReadOnlyDictionary<string, object?> entries ? entries.GetValueOrDefault(name) : null;
        }

        return content;
    }
}
