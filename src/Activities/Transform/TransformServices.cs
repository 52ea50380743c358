using Dag.Workflows.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Activities.Transform;

/// <summary>Registers the activities that transform data.</summary>
public static class TransformServices
{
    extension(IServiceCollection services)
    {
        /// <summary>Adds <c>Dag.ConvertToParquet</c>. The lake and the data engine come from the container.</summary>
        public IServiceCollection AddDagTransforms() => services.AddActivity<ConvertToParquet>();
    }
}
