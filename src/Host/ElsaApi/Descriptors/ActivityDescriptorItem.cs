namespace Dag.Host.ElsaApi.Descriptors;

/// <summary>An activity type in Elsa's shape.</summary>
internal sealed record ActivityDescriptorItem
{
    public required string TypeName { get; init; }

    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required int Version { get; init; }

    public required string Category { get; init; }

    public required string DisplayName { get; init; }

    public required string Description { get; init; }

    /// <summary>Action, Trigger, Job or Task.</summary>
    public required string Kind { get; init; }

    public required bool IsBrowsable { get; init; }

    public required bool IsContainer { get; init; }

    public required bool IsStart { get; init; }

    public required bool IsTerminal { get; init; }

    public required IReadOnlyList<PortItem> Ports { get; init; }

    public required IReadOnlyList<InputItem> Inputs { get; init; }

    public required IReadOnlyList<OutputItem> Outputs { get; init; }

    public IReadOnlyDictionary<string, object> CustomProperties { get; init; } = new Dictionary<string, object>();

    public IReadOnlyDictionary<string, object> ConstructionProperties { get; init; } = new Dictionary<string, object>();
}

/// <summary>A way out of an activity, or a place for an activity within it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DisplayName">The name for people.</param>
/// <param name="Type">Flow or Embedded.</param>
/// <param name="IsBrowsable">Whether it is shown.</param>
internal sealed record PortItem(string Name, string DisplayName, string Type, bool IsBrowsable = true);

/// <summary>An input in Elsa's shape.</summary>
internal sealed record InputItem
{
    public required string Name { get; init; }

    public required string TypeName { get; init; }

    public required string DisplayName { get; init; }

    public required string Description { get; init; }

    public required int Order { get; init; }

    public bool IsBrowsable { get; init; } = true;

    public bool IsSynthetic { get; init; }

    public required bool IsWrapped { get; init; }

    public required string UIHint { get; init; }

    public string? Category { get; init; }

    public object? DefaultValue { get; init; }

    public required string DefaultSyntax { get; init; }

    public bool IsReadOnly { get; init; }

    public required bool IsSensitive { get; init; }

    public string? StorageDriverType { get; init; }

    /// <summary>What the editor needs, by its name.</summary>
    public IReadOnlyDictionary<string, object>? UISpecifications { get; init; }
}

/// <summary>An output in Elsa's shape.</summary>
internal sealed record OutputItem
{
    public required string Name { get; init; }

    public required string TypeName { get; init; }

    public required string DisplayName { get; init; }

    public required string Description { get; init; }

    public required int Order { get; init; }

    public bool IsBrowsable { get; init; } = true;

    public bool IsSynthetic { get; init; }
}
