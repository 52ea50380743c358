using System.Text.Json;
using Dag.Host.Cli;

namespace Dag.Host.Settings;

/// <summary>Reads <c>appsettings.PROFILE.json</c>: an object of settings under the names of their environment variables.</summary>
internal static class ProfileFile
{
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The name of a profile's file.</summary>
    public static string NameOf(string profile) => $"appsettings.{profile}.json";

    /// <summary>The settings of a file.</summary>
    /// <param name="file">How faults name the file.</param>
    /// <param name="text">Its text.</param>
    /// <param name="faults">Receives what cannot be used.</param>
    public static IReadOnlyDictionary<string, string> Read(string file, string text, ICollection<string> faults)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                faults.Add($"{file} is no JSON object of settings, such as {{ \"DAG_MEMORY_MB\": 512 }}.");
                return values;
            }

            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (FaultOf(member) is { } fault)
                {
                    faults.Add($"{file}: {fault}");
                }
                else
                {
                    values[member.Name] = member.Value.ToString();
                }
            }
        }
        catch (JsonException e)
        {
            faults.Add($"{file} is no JSON: {e.Message}");
        }

        return values;
    }

    private static string? FaultOf(JsonProperty member) =>
        member.Name == ServeVerb.KeyVariable ? $"{member.Name} is secret: it belongs into the environment or a .env file."
        : !SettingNames.IsKnown(member.Name) ? $"{member.Name} is no setting. There are {string.Join(", ", SettingNames.OfProfiles)} and OTEL_…."
        : member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? null
        : $"{member.Name} must be a text or a number.";
}
