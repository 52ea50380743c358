using Microsoft.Extensions.DependencyInjection;

namespace Dag.Activities.Http;

/// <summary>Registers what the HTTP request activities need.</summary>
public static class HttpServices
{
    extension(IServiceCollection services)
    {
        /// <summary>Adds what sends their requests; <c>AddDagOutgoingHttp</c> says where these may go.</summary>
        public IServiceCollection AddDagHttp() => services.AddSingleton<HttpCaller>();
    }
}
