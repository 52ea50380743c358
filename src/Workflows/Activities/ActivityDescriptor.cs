namespace Dag.Workflows.Activities;

/// <summary>What is known of an activity type: the designer, the validator, the binder and the engine read the same.</summary>
public sealed class ActivityDescriptor
{
    /// <summary>The type name in workflow JSON.</summary>
    public required string Type { get; init; }

    /// <summary>The version of the contract.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The group in the toolbox.</summary>
    public required string Category { get; init; }

    /// <summary>The name for people.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What it does.</summary>
    public required string Description { get; init; }

    /// <summary>How the engine executes it.</summary>
    public required ActivityKind Kind { get; init; }

    /// <summary>Its inputs, in the order of the class.</summary>
    public IReadOnlyList<InputDescriptor> Inputs { get; init; } = [];

    /// <summary>Its outputs, in the order of the class.</summary>
    public IReadOnlyList<OutputDescriptor> Outputs { get; init; } = [];

    /// <summary>The outcomes that connections can leave by.</summary>
    public IReadOnlyList<string> Outcomes { get; init; } = ["Done"];

    /// <summary>The members that hold one embedded activity each.</summary>
    public IReadOnlyList<string> EmbeddedPorts { get; init; } = [];

    /// <summary>The member that lists cases with an embedded activity each, and the member of a case that names it; null when there is none.</summary>
    public PortCases? Cases { get; init; }

    /// <summary>Whether attempts get the workflow's variables.</summary>
    public bool ReadsVariables { get; init; }

    /// <summary>Whether the toolbox shows it.</summary>
    public bool IsBrowsable { get; init; } = true;

    /// <summary>The class behind it.</summary>
    public required Type Implementation { get; init; }

    /// <summary>The list of its cases that hold activities, whoever schedules them; null when there is none.</summary>
    internal PortCases? EmbeddedCases => Cases ?? Control?.EmbeddedCases;

    /// <summary>The behaviour of a control activity; null for work and triggers.</summary>
    internal ControlActivity? Control { get; init; }

    /// <summary>The position of an input by name in any case; -1 when there is none.</summary>
    public int IndexOfInput(string name)
    {
        for (var i = 0; i < Inputs.Count; i++)
        {
            if (Inputs[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }
}
