using Dag.Workflows.Activities;

namespace Dag.Activities.Models;

/// <summary>A way to learn a model from encoded rows.</summary>
internal interface IModelTrainer
{
    /// <summary>The name that a list of candidates gives it: dummy, linear, logistic, xgboost.</summary>
    string Candidate { get; }

    /// <summary>Whether it looks at the features at all; default true.</summary>
    bool NeedsFeatures => true;

    /// <summary>Whether its models take rows whose missing values are filled in.</summary>
    bool NeedsFilled { get; }

    /// <summary>Whether it can answer this kind of question.</summary>
    bool Supports(ModelTask task);

    /// <exception cref="TrainerUnavailableException">Something that it needs is not installed.</exception>
    /// <exception cref="ActivityException">The training failed.</exception>
    Task<TrainedModel> TrainAsync(TrainingProblem problem, CancellationToken cancellationToken);
}
