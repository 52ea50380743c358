namespace Dag.Workflows.Activities;

/// <summary>Names an activity class and says what the designer and the reference page show of it.</summary>
/// <param name="type">The type name in workflow JSON, such as <c>Dag.ConvertToParquet</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ActivityAttribute(string type) : Attribute
{
    /// <summary>The type name in workflow JSON.</summary>
    public string Type { get; } = type;

    /// <summary>The version of the activity's contract; default 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The group in the designer's toolbox: Sources, Transform, Quality, Models, Notify, Control, Triggers.</summary>
    public required string Category { get; init; }

    /// <summary>One or two sentences: what it does, for the toolbox and the reference page.</summary>
    public required string Description { get; init; }

    /// <summary>The name shown to people; default: the type's last part with spaces.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The outcomes that the activity can end with; default: <c>Done</c>. Work activities have <c>Failed</c> as well.</summary>
    public string[] Outcomes { get; init; } = ["Done"];

    /// <summary>
    /// The members that hold one embedded activity each, which an attempt can end with: <see cref="WorkContext.EnterPort"/>. Work activities only.
    /// </summary>
    public string[] EmbeddedPorts { get; init; } = [];

    /// <summary>Whether attempts get the workflow's variables in <see cref="WorkContext.Variables"/>; default false.</summary>
    public bool ReadsVariables { get; init; }
}
