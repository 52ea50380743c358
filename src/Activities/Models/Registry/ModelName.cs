using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Models;

/// <summary>What models and aliases may be called: the same as datasets. Names become folders.</summary>
internal static class ModelName
{
    /// <summary>Whether it is a name.</summary>
    public static bool IsValid(string? name) => DatasetName.IsValid(name);

    /// <summary>The name itself.</summary>
    /// <exception cref="ActivityException">It is not a name; the message says what is.</exception>
    public static string Validated(string? name) => IsValid(name) ? name! : throw new ActivityException(
        $"'{name}' cannot be the name of a model or alias: use 1 to 100 letters (a to z), digits, '_', '-' and single '.', starting with a "
        + "letter or digit.")
    { Retryable = false };
}
