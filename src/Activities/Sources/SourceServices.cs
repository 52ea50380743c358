using Microsoft.Extensions.DependencyInjection;

namespace Dag.Activities.Sources;

/// <summary>Registers what sources need.</summary>
public static class SourceServices
{
    extension(IServiceCollection services)
    {
        /// <summary>Lets relative folders lie in the data folder, so that a workflow says the same wherever the service keeps its data.</summary>
        /// <param name="dataFolder">The service's data folder.</param>
        public IServiceCollection AddDagSources(string dataFolder) => services.AddSingleton(new SourceOptions { Folder = dataFolder });
    }
}
