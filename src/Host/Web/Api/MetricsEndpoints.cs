using Dag.Host.Metrics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.Web.Api;

/// <summary>Metrics for Prometheus.</summary>
internal static class MetricsEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapMetrics()
        {
            // Made now, so that it counts from the beginning.
            routes.ServiceProvider.GetRequiredService<MetricRegistry>();
            routes.MapGet("/metrics", Get).ExcludeFromDescription();
        }
    }

    private static ContentHttpResult Get(MetricRegistry registry) => TypedResults.Text(registry.Write(), PrometheusText.ContentType);
}
