namespace Dag.Workflows.ControlFlow;

/// <summary>Which of the cases that hold count.</summary>
internal enum SwitchMode
{
    /// <summary>The first.</summary>
    MatchFirst,

    /// <summary>All.</summary>
    MatchAny,
}
