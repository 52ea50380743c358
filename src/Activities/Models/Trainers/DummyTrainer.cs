namespace Dag.Activities.Models;

/// <summary>Learns nothing but the mean of the target, or the shares of the classes: what every other model must beat.</summary>
internal sealed class DummyTrainer : IModelTrainer
{
    public string Candidate => "dummy";

    public bool NeedsFeatures => false;

    public bool NeedsFilled => true;

    public bool Supports(ModelTask task) => true;

    public Task<TrainedModel> TrainAsync(TrainingProblem problem, CancellationToken cancellationToken)
    {
        var outputs = new double[problem.Outputs];
        if (problem.Task == ModelTask.Regression)
        {
            outputs[0] = problem.Target.Average();
        }
        else
        {
            foreach (var index in problem.Target)
            {
                outputs[(int)index] += 1.0 / problem.Target.Length;
            }
        }

        return Task.FromResult<TrainedModel>(new DummyModel { Outputs = outputs });
    }
}
