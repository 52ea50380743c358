namespace Dag.Activities.Models;

/// <summary>A figure by which models are compared.</summary>
public enum ModelMetric
{
    /// <summary>Rmse for regression, logLoss for classes.</summary>
    Auto,

    /// <summary>Root of the mean squared error, in the target's unit; lower is better.</summary>
    Rmse,

    /// <summary>Mean absolute error, in the target's unit; lower is better.</summary>
    Mae,

    /// <summary>Share of the variance explained; 1 is best.</summary>
    R2,

    /// <summary>Share of right classes; 1 is best.</summary>
    Accuracy,

    /// <summary>Mean negative logarithm of the probability given to the right class; lower is better.</summary>
    LogLoss,

    /// <summary>Mean of the F1 scores of the classes; 1 is best.</summary>
    F1,

    /// <summary>Area under the ROC curve, two classes only; 1 is best.</summary>
    Auc,
}
