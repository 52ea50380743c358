using System.Globalization;
using Dag.Workflows.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi;

/// <summary>Reads a query as Elsa's clients write it: keys in any case, empty values for none. Collects all that is wrong.</summary>
internal sealed class ElsaQuery(IQueryCollection query)
{
    private const int LongestPage = 1000;

    private readonly Dictionary<string, string[]> _faults = [];

    /// <summary>What is wrong, as an answer; null when nothing is.</summary>
    public ValidationProblem? Problem => _faults.Count == 0 ? null : TypedResults.ValidationProblem(_faults, title: "The request has parameters that cannot be read.");

    /// <summary>How many rows come before the page.</summary>
    public int Skip => (int)Math.Min((long)Number("page", 0, int.MaxValue) * Take, int.MaxValue);

    /// <summary>How many rows a page has.</summary>
    public int Take => Number("pageSize", 1, LongestPage, fallback: LongestPage);

    public string? Text(string key) => query[key].LastOrDefault() is { Length: > 0 } text ? text : null;

    public string[] Texts(string key) => [.. query[key].Where(t => !string.IsNullOrEmpty(t)).Select(t => t!)];

    public int Number(string key, int least, int most, int fallback = 0)
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        _faults[key] = [$"'{text}' is not a whole number from {least} to {most}."];
        return fallback;
    }

    public bool Flag(string key)
    {
        if (Text(key) is not { } text)
        {
            return false;
        }

        if (!bool.TryParse(text, out var flag))
        {
            _faults[key] = [$"'{text}' is neither true nor false."];
        }

        return flag;
    }

    /// <summary>Whether the order is turned round.</summary>
    public bool Descending(string key = "orderDirection") => Choice(key, "Ascending", "Descending") == "Descending";

    /// <summary>One of a few words, in any case; null when none is given.</summary>
    public string? Choice(string key, params string[] choices)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (choices.FirstOrDefault(c => c.Equals(text, StringComparison.OrdinalIgnoreCase)) is not { } choice)
        {
            _faults[key] = [$"'{text}' is none of {string.Join(", ", choices)}."];
            return null;
        }

        return choice;
    }

    /// <summary>Elsa's <c>versionOptions</c>.</summary>
    public VersionSelector Versions(VersionSelector fallback)
    {
        if (Text("versionOptions") is not { } text)
        {
            return fallback;
        }

        if (!VersionSelector.TryParse(text, out var selector))
        {
            _faults["versionOptions"] = [$"'{text}' is neither a version's number nor one of Latest, Published, LatestOrPublished, LatestAndPublished, Draft, AllVersions."];
        }

        return selector;
    }
}
