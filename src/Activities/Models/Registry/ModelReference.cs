using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dag.Activities.Lake;

namespace Dag.Activities.Models;

/// <summary>
/// What activities hand each other instead of models: a model of the registry and one of its versions. In JSON it is
/// <c>{"model":"delay","version":3}</c>; the texts <c>delay</c>, <c>delay@3</c>, <c>delay@latest</c> and <c>delay@champion</c> are read
/// as well.
/// </summary>
/// <param name="Model">The model's name.</param>
/// <param name="Version">The version, from 1; null means the one that the alias points to, or the latest.</param>
/// <param name="Alias">An alias such as <c>champion</c>; null for none.</param>
[JsonConverter(typeof(ModelReferenceConverter))]
public sealed record ModelReference(string Model, int? Version = null, string? Alias = null) : IParsable<ModelReference>
{
    /// <summary><c>delay@3</c>, <c>delay@champion</c>, or <c>delay</c> for the latest.</summary>
    public override string ToString() =>
        Version is { } version ? string.Create(CultureInfo.InvariantCulture, $"{Model}@{version}")
        : Alias is null ? Model
        : $"{Model}@{Alias}";

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out ModelReference)"/>
    /// <exception cref="FormatException">The text names no model; the message says what is accepted.</exception>
    public static ModelReference Parse(string s) => Parse(s, null);

    /// <inheritdoc cref="Parse(string)"/>
    public static ModelReference Parse(string s, IFormatProvider? provider) => TryParse(s, provider, out var reference)
        ? reference
        : throw new FormatException($"'{s}' names no model: write a name such as delay (the latest version), delay@3, delay@champion, or "
            + "{\"model\":\"delay\",\"version\":3}.");

    /// <summary>Reads a name, a name with a version or an alias behind @, or the JSON form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out ModelReference result)
    {
        result = null;
        var text = s?.Trim() ?? "";
        if (text.StartsWith('{'))
        {
            return TryParseJson(text, out result);
        }

        var at = text.LastIndexOf('@');
        var name = at < 0 ? text : text[..at];
        var rest = at < 0 ? "latest" : text[(at + 1)..];
        if (!DatasetName.IsValid(name) || !DatasetName.IsValid(rest))
        {
            return false;
        }

        var isNumber = int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        result = rest.Equals("latest", StringComparison.OrdinalIgnoreCase) ? new ModelReference(name)
            : !isNumber ? new ModelReference(name, Alias: rest)
            : number > 0 ? new ModelReference(name, number)
            : null;
        return result is not null;
    }

    private static bool TryParseJson(string json, [MaybeNullWhen(false)] out ModelReference result)
    {
        try
        {
            result = JsonSerializer.Deserialize<ModelReference>(json);
        }
        catch (JsonException)
        {
            result = null;
        }

        return result is not null;
    }
}
