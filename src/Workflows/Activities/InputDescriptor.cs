using System.ComponentModel.DataAnnotations;
using Dag.Workflows.Values;

namespace Dag.Workflows.Activities;

/// <summary>An input of an activity, as the designer, the validator and the binder see it.</summary>
public sealed record InputDescriptor
{
    /// <summary>The name in Pascal case.</summary>
    public required string Name { get; init; }

    /// <summary>The type that its value is converted to.</summary>
    public required Type Type { get; init; }

    /// <summary>What it means, for people.</summary>
    public required string Description { get; init; }

    /// <summary>The value when none is given.</summary>
    public object? DefaultValue { get; init; }

    /// <summary>The value that the designer gives a new activity, where that is not the default; null means none.</summary>
    public object? Suggested { get; init; }

    /// <summary>What its value must satisfy beside its type, such as a range; checked at publish where the definition holds the value, and when the activity executes.</summary>
    public IReadOnlyList<ValidationAttribute> Rules { get; init; } = [];

    /// <summary>Whether a value must be given.</summary>
    public bool Required { get; init; }

    /// <summary>The designer's editor; null means chosen by the type.</summary>
    public string? UIHint { get; init; }

    /// <summary>The language of a code editor; null means JavaScript.</summary>
    public string? Language { get; init; }

    /// <summary>The values to choose from; empty means free.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The name of the <see cref="IInputOptions"/> that know the values to choose from; null means none.</summary>
    public string? OptionsFrom { get; init; }

    /// <summary>The heading under which the designer shows it; null means none.</summary>
    public string? Category { get; init; }

    /// <summary>Whether it is a secret, kept out of events, logs and answers.</summary>
    public bool Sensitive { get; init; }

    /// <summary>Whether it is an input with an expression; a bare value otherwise.</summary>
    public bool Wrapped { get; init; } = true;

    /// <summary>Whether it is evaluated before the activity runs; otherwise the activity evaluates it itself.</summary>
    public bool AutoEvaluate { get; init; } = true;

    /// <summary>The designer's editor.</summary>
    public string Editor => UIHint ?? UIHints.For(Type, Options.Count > 0 || OptionsFrom is not null);

    /// <summary>The member's name in workflow JSON; default is the name in camel case.</summary>
    public string JsonName { get => field ?? System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(Name); init; }

    /// <summary>The alias of the type.</summary>
    public string TypeName => TypeAliases.NameOf(Type);
}

/// <summary>An output of an activity.</summary>
/// <param name="Name">The name in Pascal case.</param>
/// <param name="Type">The type of its value.</param>
/// <param name="Description">What it holds, for people.</param>
public sealed record OutputDescriptor(string Name, Type Type, string Description)
{
    /// <summary>The member's name in workflow JSON; default is the name in camel case.</summary>
    public string JsonName { get => field ?? System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(Name); init; }

    /// <summary>The alias of the type.</summary>
    public string TypeName => TypeAliases.NameOf(Type);
}
