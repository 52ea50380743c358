namespace Dag.Activities.Models;

/// <summary>What a trainer learnt. Immutable; predicts from many threads at once.</summary>
internal abstract class TrainedModel
{
    /// <summary>The name of the method, as the registry keeps it.</summary>
    public abstract string Algorithm { get; }

    /// <summary>Whether it takes rows whose missing values are filled in.</summary>
    public abstract bool NeedsFilled { get; }

    /// <summary>For each row one number, or a probability for each class, row by row.</summary>
    public abstract double[] Predict(EncodedRows rows);

    /// <summary>The content of the model's file, JSON.</summary>
    public abstract byte[] ToFile();
}
