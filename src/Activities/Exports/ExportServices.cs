using Microsoft.Extensions.DependencyInjection;

namespace Dag.Activities.Exports;

/// <summary>Registers what exports need.</summary>
public static class ExportServices
{
    extension(IServiceCollection services)
    {
        /// <summary>Lets exports be written into <c>exports</c> of the data folder, and into further folders. The lake and the data engine come from the container.</summary>
        /// <param name="dataFolder">The service's data folder.</param>
        /// <param name="roots">Further folders.</param>
        public IServiceCollection AddDagExports(string dataFolder, IReadOnlyList<string> roots)
        {
            var options = new ExportOptions { Folder = Path.Combine(dataFolder, "exports"), Roots = roots };
            return services.AddSingleton(options).AddSingleton<ExportFolder>();
        }
    }
}
