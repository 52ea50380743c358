using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dag.Activities.Quality;

/// <summary>Registers what checks and profiles need.</summary>
public static class QualityServices
{
    extension(IServiceCollection services)
    {
        /// <summary>Adds the stores of reports and profiles and the scripts of their tables. The lake, the metadata database and the clock come from the container.</summary>
        public IServiceCollection AddDagQuality()
        {
            services.TryAddSingleton(TimeProvider.System);
            return services.AddSingleton(CheckReports.Migrations).AddSingleton<CheckReports>().AddSingleton<DatasetChecker>()
                .AddSingleton<DatasetProfiles>().AddSingleton<DatasetProfiler>();
        }
    }
}
