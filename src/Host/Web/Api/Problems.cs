using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.Web.Api;

/// <summary>Answers for what is not there.</summary>
internal static class Problems
{
    public static ProblemHttpResult NoRun(string id) => NotFound($"There is no run {id}.");

    public static ProblemHttpResult NoWorkflow(string id) => NotFound($"There is no published workflow {id}. GET /api/v1/workflows lists them.");

    public static ProblemHttpResult NotFound(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound);
}
