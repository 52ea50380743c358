namespace Dag.Workflows.Runs;

/// <summary>The run that started another one.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="Execution">The execution that did.</param>
/// <param name="Reports">What it wants to know.</param>
internal sealed record ParentLink(string RunId, long Execution, ChildReports Reports);

/// <summary>What a run tells the one that started it.</summary>
internal enum ChildReports
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>That it is over.</summary>
    End,

    /// <summary>That it waits for the first time, and that it is over.</summary>
    FirstWaitAndEnd,
}
