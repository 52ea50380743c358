namespace Dag.Workflows.RunLog;

/// <summary>Which runs that are not over keep another one from starting.</summary>
internal sealed record ActivationRule
{
    private ActivationRule(string key, string? definitionId, string? correlationId, bool anyCorrelation)
    {
        Key = key;
        DefinitionId = definitionId;
        CorrelationId = correlationId;
        AnyCorrelation = anyCorrelation;
    }

    /// <summary>What starts that exclude each other have in common.</summary>
    public string Key { get; }

    /// <summary>Runs of this workflow; null for those of any.</summary>
    public string? DefinitionId { get; }

    /// <summary>Runs with this correlation id; null for those without one.</summary>
    public string? CorrelationId { get; }

    /// <summary>Whether correlation ids do not matter.</summary>
    public bool AnyCorrelation { get; }

    /// <summary>Runs of one workflow.</summary>
    public static ActivationRule OnlyRunOf(string definitionId) => new(definitionId, definitionId, null, anyCorrelation: true);

    /// <summary>Runs of one workflow with the same correlation id; also those of a workflow that is started without one.</summary>
    public static ActivationRule OnlyRunOf(string definitionId, string? correlationId) =>
        new($"{definitionId}\n{correlationId}", definitionId, correlationId, anyCorrelation: false);

    /// <summary>Runs of any workflow with a correlation id.</summary>
    public static ActivationRule OnlyRunWith(string correlationId) => new($"\n{correlationId}", null, correlationId, anyCorrelation: false);
}
