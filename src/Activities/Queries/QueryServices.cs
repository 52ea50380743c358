using Microsoft.Extensions.DependencyInjection;

namespace Dag.Activities.Queries;

/// <summary>Registers what queries need.</summary>
public static class QueryServices
{
    extension(IServiceCollection services)
    {
        /// <summary>Adds what runs queries. The lake and the data engine come from the container.</summary>
        public IServiceCollection AddDagQueries() => services.AddSingleton<DatasetQuery>();
    }
}
