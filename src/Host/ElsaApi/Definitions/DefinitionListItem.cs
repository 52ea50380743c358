using Dag.Workflows.Catalog;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>A definition in a list.</summary>
internal sealed record DefinitionListItem
{
    public required string Id { get; init; }

    public required string DefinitionId { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required int Version { get; init; }

    public required bool IsLatest { get; init; }

    public required bool IsPublished { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string MaterializerName => "Json";

    public bool IsMaterializerAvailable => true;

    /// <summary>What may be done with it; without "publish" Studio only shows it.</summary>
    public required IReadOnlyList<ElsaLink> Links { get; init; }

    public static DefinitionListItem Of(DefinitionSummary definition) => new()
    {
        Id = definition.Id,
        DefinitionId = definition.DefinitionId,
        Name = definition.Name,
        Description = definition.Description,
        Version = definition.Version,
        IsLatest = definition.IsLatest,
        IsPublished = definition.IsPublished,
        CreatedAt = definition.CreatedAt,
        Links = DefinitionView.Links(definition.DefinitionId),
    };
}
