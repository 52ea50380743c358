using System.Diagnostics.CodeAnalysis;
using Dag.Host.Web.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi;

/// <summary>Answers for what is not there.</summary>
internal static class ElsaProblems
{
    public static ProblemHttpResult NoDefinition(string definitionId) => Problems.NotFound($"There is no workflow {definitionId}.");

    public static ProblemHttpResult NoVersion(string id) => Problems.NotFound($"There is no version {id} of a workflow.");

    public static ValidationProblem Missing(string member) => TypedResults.ValidationProblem(
        new Dictionary<string, string[]> { [member] = [$"'{member}' is missing."] }, title: $"'{member}' is missing.");

    /// <summary>Whether ids were given, each of them a text; otherwise the answer that says so.</summary>
    public static bool HasIds(string?[]? given, string member, [NotNullWhen(true)] out string[]? ids, [NotNullWhen(false)] out ValidationProblem? problem)
    {
        ids = given is null || given.Contains(null) ? null : [.. given.OfType<string>().Distinct()];
        problem = ids is not null ? null : given is null ? Missing(member) : TypedResults.ValidationProblem(
            new Dictionary<string, string[]> { [member] = [$"The items of '{member}' must be texts."] }, title: $"'{member}' holds what is no id.");
        return ids is not null;
    }

    public static ProblemHttpResult NoRun(string id) => Problems.NoRun(id);
}
