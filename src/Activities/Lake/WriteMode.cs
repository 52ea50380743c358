namespace Dag.Activities.Lake;

/// <summary>What happens to the rows that the dataset has already.</summary>
public enum WriteMode
{
    /// <summary>The new version holds them and the new rows.</summary>
    Append,

    /// <summary>The new version holds the new rows only.</summary>
    Replace,
}
