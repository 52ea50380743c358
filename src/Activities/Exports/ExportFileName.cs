using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Exports;

/// <summary>Makes the name of an exported file from a template.</summary>
internal static partial class ExportFileName
{
    private const int MostBytes = 200;

    /// <summary>The name, with the extension of its format.</summary>
    /// <exception cref="ActivityException">The template is wrong.</exception>
    public static string Of(string template, DatasetVersion version, string runId, ExportFormat format, ExportCompression compression)
    {
        var name = Placeholder().Replace(template, match => match.Groups["name"].Value switch
        {
            "dataset" => version.Dataset,
            "version" => version.Version.ToString(CultureInfo.InvariantCulture),
            "date" => version.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            "run" => runId,
            var other => throw Fault(template, $"{{{other}}} is not known: there are {{dataset}}, {{version}}, {{date}} (of the version) and {{run}}"),
        });
        if (name.AsSpan().ContainsAny(Path.GetInvalidFileNameChars()) || name.AsSpan().ContainsAny('/', '\\') || name.Trim() is "" or "." or "..")
        {
            throw Fault(template, $"'{name}' is no file name: folders go into folder");
        }

        if (Encoding.UTF8.GetByteCount(name) > MostBytes)
        {
            throw Fault(template, $"it makes a name of more than {MostBytes} bytes");
        }

        var extension = Extension(format, compression);
        return name.EndsWith(extension, StringComparison.OrdinalIgnoreCase) ? name : name + extension;
    }

    private static string Extension(ExportFormat format, ExportCompression compression) => $".{format.ToString().ToLowerInvariant()}" + (format, compression) switch
    {
        (ExportFormat.Parquet, _) => "",
        (_, ExportCompression.Gzip) => ".gz",
        (_, ExportCompression.Zstd) => ".zst",
        _ => "",
    };

    private static ActivityException Fault(string template, string message) => new($"fileName '{template}': {message}.") { Retryable = false };

    [GeneratedRegex(@"\{(?<name>[^{}]*)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();
}
