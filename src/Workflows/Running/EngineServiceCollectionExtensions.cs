using Dag.Workflows.Activities;
using Dag.Workflows.AttemptLogs;
using Dag.Workflows.Composition;
using Dag.Workflows.Hooks;
using Dag.Workflows.Publishing;
using Dag.Workflows.Scripts;
using Dag.Workflows.Telemetry;
using Dag.Workflows.Triggers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Running;

/// <summary>Registers the engine.</summary>
public static class EngineServiceCollectionExtensions
{
    extension(IServiceCollection services)
    {
        /// <summary>Registers the engine; storage must be registered as well. Start it with <see cref="DagEngine.StartAsync"/>.</summary>
        public IServiceCollection AddDagEngine(EngineOptions options)
        {
            services.TryAddSingleton(TimeProvider.System);
            services.AddSingleton(options);
            services.AddSingleton<RunFeed>();
            services.TryAddSingleton(new ScriptOptions());
            // Processes live by the machine's clock, whatever clock the runs live by.
            services.AddSingleton<IScriptEngine>(provider => new NodeScriptEngine(provider.GetRequiredService<ScriptOptions>(), TimeProvider.System));
            services.AddSingleton(provider => new ActivityCatalog(provider.GetServices<ActivityRegistration>().Select(r => r.Type))
            {
                Scripts = provider.GetRequiredService<IScriptEngine>(),
                Workflows = provider.GetService<Catalog.IDefinitionStore>() is { } store ? new CatalogVersions(store) : NoPublishedWorkflows.Instance,
            });
            services.TryAddSingleton<DagMeter>();
            services.AddSingleton<RunMetrics>();
            services.AddSingleton<EngineGauges>();
            services.TryAddSingleton<SecretMask>();
            services.TryAddSingleton(new AttemptLogOptions());
            services.AddSingleton(provider => new AttemptLogWriter(
                provider.GetRequiredService<AttemptLogOptions>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<SecretMask>(),
                provider.GetRequiredService<DagMeter>(),
                provider.GetRequiredService<ILogger<AttemptLogWriter>>));
            services.AddSingleton(provider => new AttemptLogReader(
                provider.GetRequiredService<AttemptLogOptions>(),
                provider.GetRequiredService<AttemptLogWriter>(),
                provider.GetRequiredService<RunLog.IRunLog>(),
                provider.GetRequiredService<RunLoader>(),
                provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<AttemptLogRetention>();
            services.AddSingleton<ActivityBinder>();
            services.AddSingleton<AttemptRunner>();
            services.TryAddSingleton<IUsableWorkflows, CatalogWorkflows>();
            services.AddSingleton<WorkflowFreezer>();
            services.AddSingleton<RunLoader>();
            services.AddSingleton<FiringGates>();
            services.AddSingleton<HookTable>();
            services.AddSingleton<HookFinder>();
            services.AddSingleton<RunListeners>();
            services.AddSingleton<EventTriggers>();
            services.AddSingleton(provider => new DagEngine(
                options,
                provider.GetRequiredService<RunLog.IRunLog>(),
                provider.GetRequiredService<RunLoader>(),
                provider.GetRequiredService<WorkflowFreezer>(),
                provider.GetRequiredService<AttemptRunner>(),
                provider.GetRequiredService<RunListeners>(),
                provider.GetRequiredService<Catalog.IDefinitionStore>(),
                provider.GetRequiredService<EventTriggers>(),
                provider.GetRequiredService<RunFeed>(),
                provider.GetRequiredService<RunMetrics>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILoggerFactory>()));
            services.AddSingleton<TriggerHost>();
            services.AddSingleton(provider => new WorkflowPublisher(
                provider.GetRequiredService<Catalog.IDefinitionStore>(),
                provider.GetRequiredService<ActivityCatalog>(),
                provider.GetRequiredService<WorkflowFreezer>(),
                provider.GetRequiredService<TriggerHost>(),
                provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<WorkflowDrafts>();
            services.AddSingleton<Composition.WorkflowConsumers>();
            services.AddSingleton<RunTraces>();
            services.AddSingleton<RunArchive>();
            services.AddSingleton<RunRemoval>();
            return services;
        }

        /// <summary>Registers an activity class: a <see cref="WorkActivity"/> or a <see cref="TriggerActivity"/>.</summary>
        public IServiceCollection AddActivity<T>()
            where T : class
        {
            services.AddSingleton(new ActivityRegistration(typeof(T)));
            return services;
        }
    }
}

/// <summary>An activity class that was registered.</summary>
internal sealed record ActivityRegistration(Type Type);
