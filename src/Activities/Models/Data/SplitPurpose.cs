namespace Dag.Activities.Models;

/// <summary>What a number derived from a row's hash decides, so that one decision says nothing about another.</summary>
internal enum SplitPurpose
{
    /// <summary>Whether the row is held out for testing.</summary>
    Test = 1,

    /// <summary>Which fold of the cross-validation the row belongs to.</summary>
    Fold = 2,

    /// <summary>Whether the row is read at all when a dataset is larger than the cap.</summary>
    Sample = 3,
}
