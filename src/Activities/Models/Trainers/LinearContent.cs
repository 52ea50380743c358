namespace Dag.Activities.Models;

/// <summary>The file of a linear model.</summary>
/// <param name="Outputs">1 for regression, otherwise the number of classes.</param>
/// <param name="Means">Subtracted from the dense features.</param>
/// <param name="Scales">The dense features are then divided by these.</param>
/// <param name="Intercepts">One for each list of weights.</param>
/// <param name="Weights">
/// For each sum one weight for each feature: one sum for regression and for two classes (the log odds of the second), one for each of more.
/// </param>
internal sealed record LinearContent(int Outputs, double[] Means, double[] Scales, double[] Intercepts, double[][] Weights);
