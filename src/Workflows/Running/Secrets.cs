using System.Text.RegularExpressions;

namespace Dag.Workflows.Running;

/// <summary>
/// Secrets by name: <c>secret:NAME</c> in an input is the environment variable <c>NAME</c>, read when an attempt begins, so that its
/// value is in no event, log or answer.
/// </summary>
internal static partial class Secrets
{
    public const string Prefix = "secret:";

    /// <summary>Whether a value is a reference to a secret and nothing else.</summary>
    public static bool IsReference(object? value) => value is string text && text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The value, with a reference to a secret replaced by the secret, which the mask hides from then on.</summary>
    /// <exception cref="SecretException">There is no such secret.</exception>
    public static object? Resolve(object? value, SecretMask mask) => IsReference(value) ? Find(((string)value!)[Prefix.Length..].Trim(), mask) : value;

    /// <summary>The value with every reference in it replaced: within a text after a space, and in the values of dictionaries and lists.</summary>
    /// <exception cref="SecretException">There is no such secret.</exception>
    public static object? ResolveWithin(object? value, SecretMask mask) => value switch
    {
        string text when text.Contains(Prefix, StringComparison.Ordinal) => Reference().Replace(text, match => Find(match.Groups["name"].Value, mask)),
        Dictionary<string, object?> entries => entries.ToDictionary(e => e.Key, e => ResolveWithin(e.Value, mask), entries.Comparer),
        List<object?> items => items.ConvertAll(item => ResolveWithin(item, mask)),
        _ => value,
    };

    private static string Find(string name, SecretMask mask)
    {
        var secret = Environment.GetEnvironmentVariable(name)
            ?? throw new SecretException($"The secret '{name}' is not set. Set the environment variable {name} for the service.");
        mask.Add(secret);
        return secret;
    }

    [GeneratedRegex(@"(?<=^|\s)secret:(?<name>[A-Za-z_][A-Za-z0-9_]*)", RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();
}

/// <summary>A secret that is not there.</summary>
internal sealed class SecretException(string message) : Exception(message);
