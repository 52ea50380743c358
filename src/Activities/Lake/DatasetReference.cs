using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dag.Activities.Lake;

/// <summary>
/// What activities hand each other instead of rows: a dataset of the lake and one of its versions. In JSON it is
/// <c>{"dataset":"flights","version":3}</c>; the texts <c>flights</c>, <c>flights@3</c> and <c>flights@latest</c> are read as well.
/// </summary>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="Version">The version, from 1; null means the latest one.</param>
[JsonConverter(typeof(DatasetReferenceConverter))]
public sealed record DatasetReference(string Dataset, int? Version = null) : IParsable<DatasetReference>
{
    /// <summary><c>flights@3</c>, or <c>flights</c> for the latest.</summary>
    public override string ToString() =>
        Version is { } version ? string.Create(CultureInfo.InvariantCulture, $"{Dataset}@{version}") : Dataset;

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out DatasetReference)"/>
    /// <exception cref="FormatException">The text names no dataset; the message says what is accepted.</exception>
    public static DatasetReference Parse(string s) => Parse(s, null);

    /// <inheritdoc cref="Parse(string)"/>
    public static DatasetReference Parse(string s, IFormatProvider? provider) => TryParse(s, provider, out var reference)
        ? reference
        : throw new FormatException(
            $"'{s}' names no dataset: write a name such as flights (the latest version), flights@3, or " +
            "{\"dataset\":\"flights\",\"version\":3}.");

    /// <summary>Reads a name, a name with a version behind @, or the JSON form.</summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out DatasetReference result)
    {
        result = null;
        var text = s?.Trim() ?? "";
        if (text.StartsWith('{'))
        {
            return TryParseJson(text, out result);
        }

        var at = text.LastIndexOf('@');
        var name = at < 0 ? text : text[..at];
        var version = at < 0 ? "latest" : text[(at + 1)..];
        if (!DatasetName.IsValid(name))
        {
            return false;
        }

        if (version.Equals("latest", StringComparison.OrdinalIgnoreCase))
        {
            result = new DatasetReference(name);
        }
        else if (int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
        {
            result = new DatasetReference(name, number);
        }

        return result is not null;
    }

    private static bool TryParseJson(string json, [MaybeNullWhen(false)] out DatasetReference result)
    {
        try
        {
            result = JsonSerializer.Deserialize<DatasetReference>(json);
        }
        catch (JsonException)
        {
            result = null;
        }

        return result is not null;
    }
}
