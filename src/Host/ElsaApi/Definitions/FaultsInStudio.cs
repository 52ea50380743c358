using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dag.Workflows.Definitions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>
/// Tells all that is wrong with a definition in one message. Studio makes a notice of each message, shows no more than three of these at
/// once, and knows activities by their names.
/// </summary>
internal static partial class FaultsInStudio
{
    /// <summary>How long the advice about one fault may be, in characters. A notice has no room for a list of all types.</summary>
    private const int LongestAdvice = 300;

    /// <summary>How many faults are told; of the rest, how many they are.</summary>
    private const int MostTold = 10;

    /// <summary>The answer that Studio shows.</summary>
    /// <param name="faults">What is wrong, at least one thing.</param>
    /// <param name="model">The definition as Studio sent it.</param>
    public static ValidationProblem Problem(IReadOnlyList<DefinitionFault> faults, JsonElement model)
    {
        var text = new StringBuilder();
        if (faults.Count > 1)
        {
            text.Append(CultureInfo.InvariantCulture, $"{faults.Count} things are wrong:");
        }

        foreach (var fault in faults.Take(MostTold))
        {
            text.Append(faults.Count > 1 ? "\n• " : "").Append(NameOf(fault.Place, model) ?? fault.Place).Append(": ").Append(fault.Message);
            foreach (var sentence in Sentences(fault.Fix).Where(s => s.Length <= LongestAdvice))
            {
                text.Append(' ').Append(sentence);
            }
        }

        if (faults.Count > MostTold)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nand {faults.Count - MostTold:N0} more.");
        }

        return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["faults"] = [text.ToString()] }, title: "The workflow has faults.");
    }

    private static IEnumerable<string> Sentences(string text) => EndOfSentence().Split(text).Where(s => s.Length > 0);

    [GeneratedRegex(@"(?<=[.?!])\s+")]
    private static partial Regex EndOfSentence();

    // The place of an activity is its path, "Workflow1:flow:convert".
    private static string? NameOf(string place, JsonElement model)
    {
        if (model.ValueKind == JsonValueKind.Object && model.TryGetProperty("root", out var root) && Find(root, place[(place.LastIndexOf(':') + 1)..]) is { } activity)
        {
            var display = activity.TryGetProperty("metadata", out var metadata) ? Text(metadata, "displayText") : null;
            return display ?? Text(activity, "name");
        }

        return null;
    }

    private static JsonElement? Find(JsonElement element, string id) => element.ValueKind switch
    {
        JsonValueKind.Object when Text(element, "id") == id && Text(element, "type") is not null => element,
        JsonValueKind.Object => element.EnumerateObject().Select(m => Find(m.Value, id)).FirstOrDefault(f => f is not null),
        JsonValueKind.Array => element.EnumerateArray().Select(i => Find(i, id)).FirstOrDefault(f => f is not null),
        _ => null,
    };

    private static string? Text(JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text ? text : null;
}
