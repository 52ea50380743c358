using System.Text.Json;

namespace Dag.Workflows.Definitions;

/// <summary>A workflow as the user wrote it: Elsa 3 workflow JSON, read tolerantly, with everything that it does not know kept.</summary>
public sealed record WorkflowDefinition
{
    /// <summary>The id of this version.</summary>
    public required string Id { get; init; }

    /// <summary>The id that all versions share.</summary>
    public required string DefinitionId { get; init; }

    /// <summary>The name for people.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, if the author said so.</summary>
    public string? Description { get; init; }

    /// <summary>The number of this version, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>True for the newest version.</summary>
    public bool IsLatest { get; init; }

    /// <summary>True for the version that triggers start.</summary>
    public bool IsPublished { get; init; }

    /// <summary>Variables of the whole workflow.</summary>
    public IReadOnlyList<VariableDefinition> Variables { get; init; } = [];

    /// <summary>Inputs that a run can be given.</summary>
    public IReadOnlyList<ParameterDefinition> Inputs { get; init; } = [];

    /// <summary>Outputs that a run can give.</summary>
    public IReadOnlyList<ParameterDefinition> Outputs { get; init; } = [];

    /// <summary>The outcomes that the workflow can end with when it is used as an activity; empty means Done.</summary>
    public IReadOnlyList<string> Outcomes { get; init; } = [];

    /// <summary>Settings.</summary>
    public WorkflowOptions Options { get; init; } = new();

    /// <summary>The activity that the workflow consists of; null in an empty draft.</summary>
    public ActivityDefinition? Root { get; init; }

    /// <summary>The document as it was read, with unknown members.</summary>
    public required JsonElement Source { get; init; }
}

/// <summary>Settings of a workflow.</summary>
public sealed record WorkflowOptions
{
    /// <summary>Whether the workflow can be used as an activity in others.</summary>
    public bool UsableAsActivity { get; init; }

    /// <summary>The group of the toolbox that it is in as an activity; null means Workflows.</summary>
    public string? ActivityCategory { get; init; }

    /// <summary>When a start is allowed; null means always.</summary>
    public string? ActivationStrategyType { get; init; }

    /// <summary>What a fault does; null means Elsa's FaultStrategy.</summary>
    public string? IncidentStrategyType { get; init; }
}

/// <summary>A variable: of the workflow, or of a container.</summary>
/// <param name="Id">What references name; unique in the workflow.</param>
/// <param name="Name">The name for people and scripts.</param>
/// <param name="TypeName">An alias such as <c>Int32</c>; null means Object.</param>
/// <param name="IsArray">Whether it is a list of that type.</param>
/// <param name="Value">The initial value; undefined when there is none.</param>
/// <param name="StorageDriver">The class name of the storage driver, if one was chosen.</param>
public sealed record VariableDefinition(string Id, string Name, string? TypeName, bool IsArray, JsonElement Value, string? StorageDriver);

/// <summary>A declared input or output of a workflow.</summary>
/// <param name="Name">Its name.</param>
/// <param name="TypeName">An alias such as <c>Int32</c>; null means Object.</param>
/// <param name="IsArray">Whether it is a list of that type.</param>
/// <param name="DefaultValue">The value when none is given; undefined when there is none.</param>
public sealed record ParameterDefinition(string Name, string? TypeName, bool IsArray, JsonElement DefaultValue);
