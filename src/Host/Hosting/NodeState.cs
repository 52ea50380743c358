namespace Dag.Host.Hosting;

/// <summary>How far this process is.</summary>
internal enum NodeState
{
    /// <summary>Bringing the schema up to date and loading open runs.</summary>
    Starting,

    /// <summary>Everything works.</summary>
    Ready,

    /// <summary>Starts nothing new and lets work in flight end.</summary>
    Draining,
}
