using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;
using Dag.Workflows.Running;
using Dag.Workflows.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;

namespace Dag.Host.Web;

/// <summary>The one place where exceptions become answers. What is not foreseen here is logged and answered with 500, which tells nothing.</summary>
internal sealed partial class ExceptionProblems(ILogger<ExceptionProblems> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (ProblemOf(exception) is not { } problem)
        {
            LogFailed(exception, httpContext.Request.Method, httpContext.Request.Path);
            problem = TypedResults.Problem("The service could not do this; its log says why.", statusCode: StatusCodes.Status500InternalServerError);
        }
        else if (exception is MetadataUnavailableException)
        {
            LogFailed(exception, httpContext.Request.Method, httpContext.Request.Path);
            httpContext.Response.Headers.RetryAfter = "10";
        }

        await problem.ExecuteAsync(httpContext);
        return true;
    }

    private static IResult? ProblemOf(Exception exception) => exception switch
    {
        DefinitionException e => TypedResults.ValidationProblem(
            e.Faults.GroupBy(f => f.Place).ToDictionary(g => g.Key, g => g.Select(f => $"{f.Message} {f.Fix}").ToArray()),
            title: e.Faults.Count == 1 ? "The workflow has a fault." : $"The workflow has {e.Faults.Count} faults."),
        DefinitionConflictException e => TypedResults.Problem(
            e.Message, statusCode: StatusCodes.Status409Conflict, extensions: [new("errors", new Dictionary<string, string[]> { ["conflict"] = [e.Message] })]),
        StartRefusedException e => TypedResults.Problem(e.Message, statusCode: StatusCodes.Status409Conflict, title: "The workflow cannot start."),
        MetadataUnavailableException { IsDiskFull: true } e => TypedResults.Problem(e.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: "The disk is full."),
        MetadataUnavailableException e => TypedResults.Problem(e.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: "The database is not available."),

        // SQLite takes it, and finds nothing.
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire } => TypedResults.Problem(
            "The request holds a NUL character, which no id, name or text can have.", statusCode: StatusCodes.Status400BadRequest),
        BadHttpRequestException { InnerException: System.Text.Json.JsonException json } e => TypedResults.Problem($"The body cannot be read: {json.Message}", statusCode: e.StatusCode),
        BadHttpRequestException e => TypedResults.Problem(e.Message, statusCode: e.StatusCode),
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed.")]
    private partial void LogFailed(Exception exception, string method, string path);
}
