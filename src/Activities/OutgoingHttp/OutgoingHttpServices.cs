using Microsoft.Extensions.DependencyInjection;

namespace Dag.Activities.OutgoingHttp;

/// <summary>Registers what sends HTTP requests.</summary>
public static class OutgoingHttpServices
{
    extension(IServiceCollection services)
    {
        /// <summary>Adds what notifications send with, and the rules for all that send. The clock comes from the container.</summary>
        /// <param name="configure">Changes where requests may go.</param>
        public IServiceCollection AddDagOutgoingHttp(Action<OutgoingHttpOptions>? configure = null)
        {
            var options = new OutgoingHttpOptions();
            configure?.Invoke(options);
            return services.AddSingleton(options).AddSingleton<WebhookSender>();
        }
    }
}
