using Dag.Host.Backup;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.Web.Api;

/// <summary>Backups of the running service, as an archive that is sent while it is made.</summary>
internal static partial class BackupEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapBackup() => routes.MapPost("/backup", WriteAsync);
    }

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> WriteAsync(
        HttpContext context, BackupWriter writer, IHostApplicationLifetime lifetime, ILogger<BackupWriter> logger, CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        context.Response.ContentType = "application/x-tar";
        context.Response.Headers.ContentDisposition = "attachment; filename=dag-backup.tar";
        try
        {
            return await writer.WriteAsync(context.Response.Body, stopping.Token) is null
                ? TypedResults.Problem("Another backup is being made: wait for it.", statusCode: StatusCodes.Status409Conflict)
                : TypedResults.Empty;
        }
        catch (Exception e) when (e is InvalidDataException or IOException && !cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, e);
            if (!context.Response.HasStarted)
            {
                return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status500InternalServerError, title: "The backup failed.");
            }

            // The archive lacks its manifest then, and the connection its end: nobody takes it for whole.
            context.Abort();
            return TypedResults.Empty;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The backup was broken off.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
