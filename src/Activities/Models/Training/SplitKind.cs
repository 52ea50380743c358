namespace Dag.Activities.Models;

/// <summary>How rows are held out for testing.</summary>
public enum SplitKind
{
    /// <summary>
    /// By a seeded hash of the row's content: a row that is held out stays held out in every later version of the dataset, so models
    /// trained on different versions can be compared on rows that none of them has seen.
    /// </summary>
    Content,

    /// <summary>By a seeded permutation of the rows: the share is exact, but each version of the dataset is split anew.</summary>
    Random,
}
