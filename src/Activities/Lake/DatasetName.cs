using System.Text.RegularExpressions;
using Dag.Workflows.Activities;

namespace Dag.Activities.Lake;

/// <summary>What a dataset may be called. Names become folders, so nothing that leads out of the lake is a name.</summary>
public static partial class DatasetName
{
    /// <summary>Letters, digits, <c>_</c>, <c>-</c> and <c>.</c>, first a letter or digit, at most 100.</summary>
    public static bool IsValid(string? name) => name is not null && Pattern().IsMatch(name);

    /// <summary>The name itself.</summary>
    /// <exception cref="ActivityException">It is not a name; the message says what is.</exception>
    public static string Validated(string? name) => IsValid(name) ? name! : throw new ActivityException(
        $"'{name}' cannot be the name of a dataset: use 1 to 100 letters (a to z), digits, '_', '-' and single '.', starting with a " +
        "letter or digit.")
    {
        Retryable = false,
    };

    [GeneratedRegex(@"\A(?=.{1,100}\z)[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
