using System.Globalization;
using System.Text.RegularExpressions;
using Dag.Activities.DuckDb;
using Dag.Workflows.Activities;

namespace Dag.Activities.Transform;

/// <summary>Says in the user's words what the engine refused.</summary>
internal static partial class ConversionFaults
{
    private const int MaxMessage = 600;

    public static ActivityException Explain(DuckDbException fault, ConversionRequest request)
    {
        var message = fault.Message;
        var first = request.Files.FirstOrDefault(f => message.Contains(f.Path, StringComparison.Ordinal)) ?? request.Files[0];
        var gone = request.Files.FirstOrDefault(f => !File.Exists(f.Path));
        var retryable = fault.Kind is DuckDbErrorKind.IO or DuckDbErrorKind.OutOfMemory;
        return new ActivityException(Sentence(), fault) { Retryable = retryable };

        string Sentence()
        {
            if (message.Contains("No space left on device", StringComparison.Ordinal))
            {
                return "The disk is full: free space where the lake and the spill folder are. Nothing was published.";
            }

            if (message.IndexOf(LosslessCast.Marker, StringComparison.Ordinal) is var at and >= 0)
            {
                return $"{first.Path} does not fit: {message[(at + LosslessCast.Marker.Length)..].Split('\n')[0]}. Set columns to a " +
                    "wider type, such as DOUBLE or TIMESTAMP. Nothing was published.";
            }

            if (fault.Kind == DuckDbErrorKind.OutOfMemory)
            {
                return $"The conversion needs more memory than the data engine may use: raise its memory limit. {Short(message)}";
            }

            if (fault.Kind == DuckDbErrorKind.IO && gone is not null)
            {
                return $"{gone.Path} was removed while it was converted. Nothing was published.";
            }

            if (message.Contains("Maximum line size", StringComparison.Ordinal))
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{first.Path} has a line longer than {request.Dialect.MaxLineBytes:N0} bytes: a quote may not be closed, or the " +
                    $"file has no line ends. Mend the file, or raise maxLineBytes.");
            }

            if (message.Contains("not possible to automatically detect the CSV", StringComparison.Ordinal))
            {
                return $"{first.Path} cannot be understood as CSV: its lines have no common number of columns under any delimiter. " +
                    "Mend the file, or set delimiter, quote, encoding and header.";
            }

            return first.IsJson && fault.Kind == DuckDbErrorKind.InvalidInput
                ? $"{Short(message)} Mend the file" +
                    (first.Format == SourceFormat.Jsonl ? "." : ", or send it as .jsonl, of which malformed lines can be left out.")
                : $"{first.Path} cannot be converted: {Short(message)}";
        }
    }

    // The first paragraph: below it the engine lists settings of its SQL function, which are not the user's.
    private static string Short(string message)
    {
        var text = Kind().Replace(message.Split("\n\n")[0].Split("\nTry increasing")[0], "").ReplaceLineEndings(" ").Trim();
        text = text.Length <= MaxMessage ? text : text[..MaxMessage] + "…";
        return text.EndsWith('.') ? text : text + ".";
    }

    [GeneratedRegex(@"\A[A-Za-z ]+ Error: ")]
    private static partial Regex Kind();
}
