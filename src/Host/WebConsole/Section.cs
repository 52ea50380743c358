namespace Dag.Host.WebConsole;

/// <summary>The parts of the console, as the top bar shows them. Public, because Razor components and their parameters are.</summary>
public enum Section
{
    /// <summary>None of them.</summary>
    None,

    /// <summary>Workflow definitions.</summary>
    Workflows,

    /// <summary>Runs of workflows.</summary>
    Runs,
}
