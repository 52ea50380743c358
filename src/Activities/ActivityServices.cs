using Dag.Activities.Exports;
using Dag.Activities.Http;
using Dag.Activities.Models;
using Dag.Activities.Notifications;
using Dag.Activities.Quality;
using Dag.Activities.Queries;
using Dag.Activities.Sources;
using Dag.Activities.Transform;
using Dag.Workflows.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Activities;

/// <summary>Registers the activities that come with the service: one line each.</summary>
public static class ActivityServices
{
    extension(IServiceCollection services)
    {
        /// <summary>Makes the activities known to the engine; what they need is registered with their families.</summary>
        public IServiceCollection AddDagActivities() => services
            .AddActivity<FilesArrived>()
            .AddActivity<ConvertToParquet>()
            .AddActivity<QueryDataset>()
            .AddActivity<ExportDataset>()
            .AddActivity<CheckDataset>()
            .AddActivity<ProfileDataset>()
            .AddActivity<TrainModel>()
            .AddActivity<PromoteModel>()
            .AddActivity<Notify>()
            .AddActivity<SendHttpRequest>()
            .AddActivity<FlowSendHttpRequest>();
    }
}
