namespace Dag.Workflows.Flowcharts;

/// <summary>When an activity with several inbound connections runs.</summary>
internal enum JoinMode
{
    /// <summary>At the first connection that is followed; the other branches are cancelled.</summary>
    WaitAny,

    /// <summary>When all connections have been visited, if all of them were followed.</summary>
    WaitAll,

    /// <summary>When all connections have been visited, if any of them was followed. What every activity but a join does.</summary>
    WaitAllActive,
}
