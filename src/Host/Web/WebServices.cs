using System.Text.Json.Serialization;
using Dag.Host.WebConsole;
using Dag.Host.ElsaApi;
using Dag.Host.Metrics;
using Dag.Host.Web.Api;
using Dag.Host.Web.Hooks;
using Dag.Host.Web.Safety;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Dag.Host.Web;

/// <summary>The web's services and its pipeline.</summary>
internal static class WebServices
{
    extension(IServiceCollection services)
    {
        /// <summary>Adds what the web needs beyond the service itself.</summary>
        public IServiceCollection AddDagWeb(WebOptions options) => services
            .AddSingleton(options)
            .AddSingleton<ServiceKey>()
            .AddSingleton<IdempotentStarts>()
            .AddSingleton<SignedInCookie>()
            .AddSingleton<MetricRegistry>()
            .AddHooks()
            .AddProblemDetails()
            .AddExceptionHandler<ExceptionProblems>()
            .AddValidation()
            .AddElsaApi()
            .AddConsole()
            .ConfigureHttpJsonOptions(json =>
            {
                json.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
                json.SerializerOptions.Converters.Add(new UnicodeElementConverter());
            })
            .Configure<RouteHandlerOptions>(routing => routing.ThrowOnBadRequest = true)
            .Configure<KestrelServerOptions>(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = WebOptions.MaxBodyBytes;
            });
    }

    extension(WebApplication app)
    {
        /// <summary>Who may speak to the service, whether it is ready, and what it offers.</summary>
        public void MapDag()
        {
            app.UseExceptionHandler();
            app.UseStatusCodePages();
            app.UseWebSockets();
            app.UseMiddleware<RequestGuard>();
            app.UseMiddleware<ReadinessGuard>();
            app.MapHealth();
            app.MapMetrics();
            app.MapSignIn();
            app.MapConsole();
            app.MapElsaApi();
            app.MapHooks();
            var api = app.MapGroup("/api/v1");
            api.MapWorkflows();
            api.MapWorkflowFiles();
            api.MapRuns();
            api.MapFollowedRuns();
            api.MapRunLogs();
            api.MapBackup();
            api.MapEvents();
            api.MapDatasets();
            api.MapModels();
        }
    }
}
