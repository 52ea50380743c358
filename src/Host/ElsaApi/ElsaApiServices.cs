using Dag.Host.ElsaApi.Definitions;
using Dag.Host.ElsaApi.Descriptors;
using Dag.Host.ElsaApi.Executions;
using Dag.Host.ElsaApi.Instances;
using Dag.Host.ElsaApi.Live;
using Dag.Host.ElsaApi.Scripting;
using Dag.Host.ElsaApi.Testing;

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
                .AddSingleton<ActivityTypeSource>()
                .AddSingleton<ConsumerUpdates>()
                .AddSingleton<ActivityTest>()
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
            api.MapDefinitionVersions();
            api.MapDefinitionBulkActions();
            api.MapDefinitionExport();
            api.MapDefinitionImport();
            api.MapSubgraphs();
            api.MapConsumers();
            api.MapExecution();
            api.MapActivityDescriptors();
            api.MapSettingDescriptors();
            api.MapFeatures();
            api.MapInstances();
            api.MapInstanceActions();
            api.MapAlterations();
            api.MapInstanceTransfer();
            api.MapJournals();
            api.MapExecutions();
            api.MapRetries();
            api.MapTests();
            api.MapTypeDefinitions();
            app.MapHub<WorkflowInstanceHub>(WorkflowInstanceHub.Path);
        }
    }
}
