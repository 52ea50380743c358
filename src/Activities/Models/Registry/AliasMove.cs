namespace Dag.Activities.Models;

/// <summary>A move of an alias from one version of a model to another.</summary>
internal sealed record AliasMove
{
    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The alias, such as <c>champion</c>.</summary>
    public required string Alias { get; init; }

    /// <summary>The version that it pointed to before; null when it pointed nowhere.</summary>
    public int? VersionBefore { get; init; }

    /// <summary>The version that it points to since.</summary>
    public required int Version { get; init; }

    /// <summary>Moving again under the same key does nothing.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>The run that moved it; null when none did.</summary>
    public string? RunId { get; init; }

    /// <summary>The comparison that decided it; null when a person did.</summary>
    public ModelComparison? Comparison { get; init; }

    /// <summary>When it moved.</summary>
    public DateTimeOffset MovedAt { get; init; }
}
