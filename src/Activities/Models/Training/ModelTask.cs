namespace Dag.Activities.Models;

/// <summary>What a model predicts.</summary>
public enum ModelTask
{
    /// <summary>
    /// Decided by the target: text and booleans are classes; numbers are classes when there are two of them, or at most ten whole ones
    /// with ten rows each on average; other numbers are predicted as such.
    /// </summary>
    Auto,

    /// <summary>A number.</summary>
    Regression,

    /// <summary>One of two classes.</summary>
    Binary,

    /// <summary>One of several classes.</summary>
    Multiclass,
}
