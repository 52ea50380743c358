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

    public static ProblemHttpResult NoRun(string id) => Problems.NoRun(id);
}
