using System.Globalization;
using System.Text.Json;
using Dag.Workflows.Activities;
using HandlebarsDotNet;

namespace Dag.Activities.Notifications;

/// <summary>
/// Fills a Handlebars template from JSON. A name that the values do not hold is an error, so that no message goes out with a hole.
/// Helpers: <c>{{format value "0.00"}}</c> (a .NET format string), <c>{{json value}}</c>.
/// </summary>
internal sealed class MessageTemplate
{
    private readonly IHandlebars _handlebars;
    private readonly Dictionary<string, object?> _names;

    /// <param name="names">What the template can name: an object's members.</param>
    /// <param name="encode">Makes a value safe in the message's format.</param>
    public MessageTemplate(JsonElement names, Func<string, string> encode)
    {
        _names = (Dictionary<string, object?>)Plain(names)!;
        _handlebars = Handlebars.Create(new HandlebarsConfiguration
        {
            TextEncoder = new Encoder(encode),
            ThrowOnUnresolvedBindingExpression = true,
            FormatProvider = CultureInfo.InvariantCulture,
        });
        _handlebars.RegisterHelper("format", (in HelperOptions _, in Context _, in Arguments arguments) => Format(arguments));
        _handlebars.RegisterHelper("json", (in HelperOptions _, in Context _, in Arguments arguments) => JsonSerializer.Serialize(arguments[0]));
    }

    /// <summary>The text with the values in their places.</summary>
    /// <exception cref="ActivityException">The template is malformed, or names something that is not there.</exception>
    public string Render(string template)
    {
        try
        {
            return _handlebars.Compile(template)(_names);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Handlebars has no common base for its exceptions: the one for an unknown name is internal.
            var known = string.Join(", ", _names.Keys.Order(StringComparer.Ordinal));
            throw new ActivityException($"The template '{Shortened(template)}' cannot be filled: {e.Message.ReplaceLineEndings(" ")}. It can name: {known}.", e)
            {
                Retryable = false,
            };
        }
    }

    private static string Shortened(string template) => template.Length > 80 ? template[..80] + "…" : template;

    private static string Format(in Arguments arguments)
    {
        if (arguments.Length != 2)
        {
            throw new FormatException("format needs a value and a format string, such as {{format rows \"N0\"}}");
        }

        return arguments[0] is IFormattable value
            ? value.ToString(arguments[1]?.ToString(), CultureInfo.InvariantCulture)
            : arguments[0]?.ToString() ?? "";
    }

    private static object? Plain(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject()
            .GroupBy(member => member.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(members => members.Key, members => Plain(members.Last().Value), StringComparer.OrdinalIgnoreCase),
        JsonValueKind.Array => element.EnumerateArray().Select(Plain).ToList(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out var whole) ? whole : element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private sealed class Encoder(Func<string, string> encode) : ITextEncoder
    {
        public IFormatProvider FormatProvider => CultureInfo.InvariantCulture;

        public void Encode(System.Text.StringBuilder? text, TextWriter target) => Encode(text?.ToString(), target);

        public void Encode(string? text, TextWriter target)
        {
            if (!string.IsNullOrEmpty(text))
            {
                target.Write(encode(text));
            }
        }

        public void Encode<T>(T? text, TextWriter target) where T : IEnumerator<char>
        {
            var buffer = new System.Text.StringBuilder();
            while (text?.MoveNext() == true)
            {
                buffer.Append(text.Current);
            }

            Encode(buffer, target);
        }
    }
}
