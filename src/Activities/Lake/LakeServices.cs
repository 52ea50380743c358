using Dag.Activities.DuckDb;
using Dag.Workflows.Activities;
using Dag.Workflows.Storage;
using Dag.Workflows.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dag.Activities.Lake;

/// <summary>Registers the lake and the data engine.</summary>
public static class LakeServices
{
    extension(IServiceCollection services)
    {
        /// <summary>
        /// Adds <see cref="DataLake"/> and <see cref="DuckDbEngine"/>, in <c>lake</c> and <c>spill</c> of the data folder. The metadata
        /// database and the clock come from the container; the scripts of the lake's tables go into it.
        /// </summary>
        /// <param name="dataFolder">The service's data folder.</param>
        /// <param name="lake">Changes the lake's options.</param>
        /// <param name="duckDb">Changes the data engine's options.</param>
        public IServiceCollection AddDagLake(string dataFolder, Action<LakeOptions>? lake = null, Action<DuckDbOptions>? duckDb = null)
        {
            var lakeOptions = new LakeOptions { Folder = Path.Combine(dataFolder, "lake") };
            var duckDbOptions = new DuckDbOptions { SpillFolder = Path.Combine(dataFolder, "spill") };
            lake?.Invoke(lakeOptions);
            duckDb?.Invoke(duckDbOptions);
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton<DagMeter>();
            services.AddSingleton(DataLake.Migrations).AddSingleton<IVersionFiles, DatasetFiles>().AddSingleton<IInputOptions, DatasetOptions>();
            return services.AddSingleton(lakeOptions).AddSingleton(duckDbOptions).AddSingleton<DuckDbEngine>().AddSingleton<DuckDbGauges>().AddSingleton<DataLake>();
        }
    }
}
