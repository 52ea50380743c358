using System.Text.Json;

namespace Dag.Workflows.Definitions;

/// <summary>An activity as the user wrote it. What its members mean is known once its type is.</summary>
public sealed class ActivityDefinition
{
    /// <summary>The id, unique in its container.</summary>
    public required string Id { get; init; }

    /// <summary>The type name; empty when the author gave none.</summary>
    public required string Type { get; init; }

    /// <summary>The version of the type; null means the latest.</summary>
    public int? Version { get; init; }

    /// <summary>The name for people and scripts.</summary>
    public string? Name { get; init; }

    /// <summary>All members as written; names are matched in any case.</summary>
    public required JsonElement Source { get; init; }

    /// <summary>A member by name in any case; undefined when it is missing.</summary>
    public JsonElement Member(string name) => JsonMembers.Get(Source, name);

    /// <summary>A custom property by name in any case; undefined when it is missing.</summary>
    public JsonElement CustomProperty(string name) => JsonMembers.Get(JsonMembers.Get(Source, "customProperties"), name);
}

/// <summary>A connection of a flowchart.</summary>
/// <param name="Source">The id of the activity that it leaves.</param>
/// <param name="Port">The outcome that it follows; null is the plain completion.</param>
/// <param name="Target">The id of the activity that it enters.</param>
public readonly record struct ConnectionDefinition(string Source, string? Port, string Target);
