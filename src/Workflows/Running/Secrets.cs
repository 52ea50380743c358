namespace Dag.Workflows.Running;

/// <summary>
/// Secrets by name: <c>secret:NAME</c> in an input is the environment variable <c>NAME</c>, read when an attempt begins, so that its
/// value is in no event, log or answer.
/// </summary>
internal static class Secrets
{
    public const string Prefix = "secret:";

    /// <summary>The value, with a reference to a secret replaced by the secret, which the mask hides from then on.</summary>
    /// <exception cref="SecretException">There is no such secret.</exception>
    public static object? Resolve(object? value, SecretMask mask)
    {
        if (value is not string text || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return value;
        }

        var name = text[Prefix.Length..].Trim();
        var secret = Environment.GetEnvironmentVariable(name)
            ?? throw new SecretException($"The secret '{name}' is not set. Set the environment variable {name} for the service.");
        mask.Add(secret);
        return secret;
    }
}

/// <summary>A secret that is not there.</summary>
internal sealed class SecretException(string message) : Exception(message);
