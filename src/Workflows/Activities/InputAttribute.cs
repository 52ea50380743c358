namespace Dag.Workflows.Activities;

/// <summary>
/// Marks a property of an activity as an input. Its JSON name is the property's name in camel case; its default is the value that
/// the property has in a new instance. <c>[Required]</c>, <c>[Range]</c> and the other validation attributes apply after binding.
/// </summary>
/// <param name="description">What it means, with its unit and default, for people.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InputAttribute(string description) : Attribute
{
    /// <summary>What it means, with its unit and default, for people.</summary>
    public string Description { get; } = description;

    /// <summary>The editor that the designer shows (Elsa's <c>uiHint</c>); default: chosen by the property's type.</summary>
    public string? UIHint { get; init; }

    /// <summary>The language of a code editor, in the editor's own names, such as <c>sql</c>; default <c>javascript</c>.</summary>
    public string? Language { get; init; }

    /// <summary>The values to choose from, for a drop-down; default: the names of an enum.</summary>
    public string[] Options { get; init; } = [];

    /// <summary>The value that the designer gives a new activity, where that is not the value of an activity without it; default: none.</summary>
    public object? Suggested { get; init; }

    /// <summary>The name of the <see cref="IInputOptions"/> that know the values to choose from while they are looked at; default none.</summary>
    public string? OptionsFrom { get; init; }

    /// <summary>The heading under which the designer shows it; default none.</summary>
    public string? Category { get; init; }

    /// <summary>
    /// A secret: a value <c>secret:NAME</c> is resolved when the activity executes, and never stored, logged or shown. It can
    /// stand within a text, as in <c>Bearer secret:NAME</c>, and in the values of a dictionary or list. What a script returns is stored as
    /// it is, so a script returns the reference, not the secret.
    /// </summary>
    public bool Sensitive { get; init; }
}
