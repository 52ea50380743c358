using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dag.Activities.Quality;

/// <summary>Registers what checks need.</summary>
public static class QualityServices
{
    extension(IServiceCollection services)
    {
        /// <summary>Adds the store of check reports and the script of its table. The lake, the metadata database and the clock come from the container.</summary>
        public IServiceCollection AddDagQuality()
        {
            services.TryAddSingleton(TimeProvider.System);
            return services.AddSingleton(CheckReports.Migrations).AddSingleton<CheckReports>().AddSingleton<DatasetChecker>();
        }
    }
}
