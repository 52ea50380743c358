using System.Text.Json;
using Dag.Host.Hosting;
using Dag.Workflows.Values;

namespace Dag.Host.Cli;

/// <summary>Reads <c>key=value</c> and <c>name=JSON</c> arguments.</summary>
internal static class KeyValueArguments
{
    /// <summary>Inputs by name; the text is converted later, by the declared type.</summary>
    /// <exception cref="UsageException">An argument has no <c>=</c>, or a name is given twice.</exception>
    public static Dictionary<string, string> Inputs(IEnumerable<string> arguments)
    {
        var inputs = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var argument in arguments)
        {
            var at = argument.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw new UsageException($"--input {argument}: write --input NAME=VALUE.");
            }

            if (!inputs.TryAdd(argument[..at].Trim(), argument[(at + 1)..]))
            {
                throw new UsageException($"--input {argument[..at]} is given twice: give it once.");
            }
        }

        return inputs;
    }

    /// <summary>Events in the order given, with what they carry.</summary>
    /// <exception cref="UsageException">What follows <c>=</c> is not JSON.</exception>
    public static List<(string Name, object? Payload)> Events(IEnumerable<string> arguments)
    {
        var events = new List<(string, object?)>();
        foreach (var argument in arguments)
        {
            var at = argument.IndexOf('=', StringComparison.Ordinal);
            if (at == 0 || argument.Length == 0)
            {
                throw new UsageException($"--event {argument}: write --event NAME or --event NAME=JSON.");
            }

            events.Add(at < 0 ? (argument, null) : (argument[..at], Json($"--event {argument[..at]}", argument[(at + 1)..])));
        }

        return events;
    }

    /// <summary>The value of a JSON text.</summary>
    /// <exception cref="UsageException">It is not JSON.</exception>
    public static object? Json(string argument, string text)
    {
        return TryJson(text, out var value) ? value : throw new UsageException($"{argument}: {text} is not JSON. Put text into double quotes: '\"text\"'.");
    }

    /// <summary>The value of a text if it is JSON.</summary>
    public static bool TryJson(string text, out object? value)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            value = ValueConverter.FromJson(document.RootElement);
            return true;
        }
        catch (JsonException)
        {
            value = null;
            return false;
        }
    }
}
