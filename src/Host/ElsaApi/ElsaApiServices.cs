using Dag.Host.ElsaApi.Definitions;
using Dag.Host.ElsaApi.Descriptors;
using Dag.Host.ElsaApi.Executions;
using Dag.Host.ElsaApi.Instances;
using Dag.Host.ElsaApi.Live;

namespace Dag.Host.ElsaApi;

/// <summary>Elsa's server API, as far as Elsa Studio speaks it, on the same services as the API of our own.</summary>
internal static class ElsaApiServices
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddElsaApi()
        {
            services.AddSignalR();
            return services
                .AddSingleton<DefinitionView>()
                .AddSingleton<DefinitionSaving>()
                .AddSingleton<DefinitionVersions>()
                .AddSingleton<DescriptorDocument>()
                .AddSingleton<LiveUpdates>()
                .AddHostedService(provider => provider.GetRequiredService<LiveUpdates>());
        }
    }

    extension(WebApplication app)
    {
        public void MapElsaApi()
        {
            var api = app.MapGroup("/elsa/api");
            api.MapDefinitions();
            api.MapExecution();
            api.MapActivityDescriptors();
            api.MapSettingDescriptors();
            api.MapFeatures();
            api.MapInstances();
            api.MapJournals();
            api.MapExecutions();
            app.MapHub<WorkflowInstanceHub>(WorkflowInstanceHub.Path);
        }
    }
}
