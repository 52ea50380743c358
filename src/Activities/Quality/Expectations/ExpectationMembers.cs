using System.Globalization;
using System.Text.Json;
using Dag.Activities.Lake;

namespace Dag.Activities.Quality;

/// <summary>
/// The members of one expectation in JSON, read strictly: each fault names the member and what it should be, and members that nobody asked
/// for are faults as well.
/// </summary>
internal sealed class ExpectationMembers(JsonElement element, string check, int number, List<string> faults)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal) { "check" };

    /// <summary>Where the expectation stands.</summary>
    public string Place { get; } = $"Expectation {number.ToString(CultureInfo.InvariantCulture)} ({check})";

    /// <summary>Its kind.</summary>
    public string Check { get; } = check;

    /// <summary>A text that must be there and not be empty.</summary>
    public string Text(string name)
    {
        if (OptionalText(name) is { Length: > 0 } text)
        {
            return text;
        }

        return element.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.String)
            ? "" : Fault($"{name} is missing: write \"{name}\": \"…\".", "");
    }

    /// <summary>A text that may be missing; empty then.</summary>
    public string OptionalText(string name) => Find(name) switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        _ => Fault($"{name} must be a text.", ""),
    };

    /// <summary>A list of texts; null when there is none.</summary>
    public IReadOnlyList<string>? Texts(string name)
    {
        if (Find(name) is not { } list)
        {
            return null;
        }

        return list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(e => e is { ValueKind: JsonValueKind.String } && e.GetString() is { Length: > 0 })
            ? [.. list.EnumerateArray().Select(e => e.GetString()!)]
            : Fault<IReadOnlyList<string>?>($"{name} must be a list of texts.", []);
    }

    /// <summary>Any value; null when there is none.</summary>
    public JsonElement? Find(string name)
    {
        _known.Add(name);
        return element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>A whole number from zero; null when there is none.</summary>
    public long? Count(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var count) && count >= 0 => count,
        _ => Fault<long?>($"{name} must be a whole number from 0.", null),
    };

    /// <summary>True or false; false when there is none.</summary>
    public bool Flag(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        _ => Fault($"{name} must be true or false.", false),
    };

    /// <summary>One of a few words; the first when there is none.</summary>
    public string Choice(string name, params ReadOnlySpan<string> choices)
    {
        if (OptionalText(name) is not { Length: > 0 } text)
        {
            return choices[0];
        }

        return choices.Contains(text) ? text : Fault($"{name} '{text}' is not known: write {string.Join(" or ", choices.ToArray())}.", choices[0]);
    }

    /// <summary>The severity, by default error.</summary>
    public CheckSeverity Severity() => Choice("severity", "error", "warn") == "warn" ? CheckSeverity.Warn : CheckSeverity.Error;

    /// <summary>The share of rows that must meet it; 1 when there is none.</summary>
    public double Mostly() => Find("mostly") switch
    {
        null => 1,
        { ValueKind: JsonValueKind.Number } number when number.GetDouble() is >= 0 and <= 1 => number.GetDouble(),
        _ => Fault("mostly must be a number from 0 to 1: the share of rows that must meet it.", 1.0),
    };

    /// <summary>Adds a fault; gives what stands in for the value.</summary>
    public T Fault<T>(string message, T standIn)
    {
        Fault(message);
        return standIn;
    }

    /// <summary>Adds a fault.</summary>
    public void Fault(string message) => faults.Add($"{Place}: {message}");

    /// <summary>After everything was asked for: the members that were not.</summary>
    public void RefuseOthers()
    {
        foreach (var name in element.EnumerateObject().Select(m => m.Name).Where(n => !_known.Contains(n)))
        {
            Fault(name == "mostly"
                ? "mostly is for checks of rows: remove it."
                : $"'{name}' is not known. {ColumnNames.Suggest(name, _known, "It has")}");
        }
    }
}
