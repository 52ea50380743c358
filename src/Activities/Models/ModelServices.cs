using System.ComponentModel.DataAnnotations;
using Dag.Workflows.Activities;
using Dag.Workflows.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dag.Activities.Models;

/// <summary>Registers training and the model registry.</summary>
public static class ModelServices
{
    extension(IServiceCollection services)
    {
        /// <summary>
        /// Adds the trainers and the registry, in <c>models</c> of the data folder, and the scripts of its tables. The lake, the metadata
        /// database and the clock come from the container.
        /// </summary>
        /// <param name="dataFolder">The service's data folder.</param>
        /// <param name="configure">Changes the options.</param>
        /// <exception cref="ValidationException">An option is out of range.</exception>
        public IServiceCollection AddDagModels(string dataFolder, Action<ModelOptions>? configure = null)
        {
            var options = new ModelOptions { Folder = Path.Combine(dataFolder, "models") };
            configure?.Invoke(options);
            Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
            services.TryAddSingleton(TimeProvider.System);
            services.AddSingleton(options).AddSingleton(ModelRegistry.Migrations);
            services.AddSingleton<IModelTrainer, DummyTrainer>().AddSingleton<IModelTrainer, LinearRegressionTrainer>();
            services.AddSingleton<IModelTrainer, LogisticRegressionTrainer>().AddSingleton<IModelTrainer, XgboostTrainer>();
            services.AddSingleton<ModelTraining>().AddSingleton<DatasetTables>();
            services.AddSingleton<IVersionFiles, ModelFiles>().AddSingleton<IInputOptions, RegisteredModelOptions>();
            return services.AddSingleton<ModelRegistry>().AddSingleton<ModelComparer>();
        }
    }
}
