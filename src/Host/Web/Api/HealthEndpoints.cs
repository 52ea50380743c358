using System.Text.Json.Serialization;
using Dag.Host.Hosting;
using Dag.Host.WorkflowFiles;
using Dag.Workflows.Storage;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.Web.Api;

/// <summary>Whether the service is ready.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan DatabasePatience = TimeSpan.FromSeconds(2);

    extension(IEndpointRouteBuilder routes)
    {
        public void MapHealth() => routes.MapGet("/health", GetAsync).ExcludeFromDescription();
    }

    private static async Task<JsonHttpResult<HealthReport>> GetAsync(
        DagNode node, MetadataDatabase database, WorkflowFolder folder, CancellationToken cancellationToken)
    {
        var answers = node.State != NodeState.Starting && await AnswersAsync(database, cancellationToken);
        var isHealthy = node.IsReady && answers;
        return TypedResults.Json(
            new HealthReport(
                isHealthy ? "ready" : node.IsReady ? "database unavailable" : node.State == NodeState.Starting ? "starting" : "draining",
                ProgramVersion.Text,
                Math.Round(node.Uptime.TotalSeconds, 1),
                new DatabaseHealth(database.Dialect == SqlDialect.PostgreSql ? "postgresql" : "sqlite", answers),
                folder.Report is { } report ? new WorkflowFilesHealth(report.Files.Count, report.Refused, report.Problem is null) : null),
            statusCode: isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<bool> AnswersAsync(MetadataDatabase database, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(DatabasePatience);
        try
        {
            return await database.ReadAsync((connection, token) => connection.ExecuteScalarAsync<int>(new CommandDefinition("SELECT 1", cancellationToken: token)), patience.Token) == 1;
        }
        catch (Exception e) when (e is MetadataUnavailableException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}

/// <summary>How the service is.</summary>
/// <param name="Status">ready, starting, draining, or database unavailable.</param>
/// <param name="Version">The service's version.</param>
/// <param name="Uptime">Seconds since it started.</param>
/// <param name="Database">Its database of metadata.</param>
/// <param name="WorkflowFiles">Its folder of workflows; left out when there is none.</param>
internal sealed record HealthReport(
    string Status,
    string Version,
    double Uptime,
    DatabaseHealth Database,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] WorkflowFilesHealth? WorkflowFiles);

/// <summary>How the database is.</summary>
/// <param name="Kind">sqlite or postgresql.</param>
/// <param name="Answers">Whether it answers.</param>
internal sealed record DatabaseHealth(string Kind, bool Answers);

/// <summary>How the folder of workflows is; GET /api/v1/workflow-files names what is wrong. The service is ready all the same.</summary>
/// <param name="Files">How many files it has.</param>
/// <param name="Refused">How many of them were not imported because of faults.</param>
/// <param name="Readable">Whether it can be read.</param>
internal sealed record WorkflowFilesHealth(int Files, int Refused, bool Readable);
