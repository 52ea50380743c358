using Dag.Workflows.Definitions;
using Dag.Workflows.RunLog;

namespace Dag.Workflows.Running;

/// <summary>When a workflow may be started, by Elsa's names of its strategies.</summary>
internal static class ActivationStrategies
{
    /// <summary>The rule of a workflow; null when it may always be started, as with names that are not known.</summary>
    public static ActivationRule? RuleOf(WorkflowDefinition definition, string? correlationId) => NameOf(definition) switch
    {
        "Singleton" => ActivationRule.OnlyRunOf(definition.DefinitionId),
        "CorrelatedSingleton" => ActivationRule.OnlyRunOf(definition.DefinitionId, correlationId),
        "Correlation" when correlationId is not null => ActivationRule.OnlyRunWith(correlationId),
        _ => null,
    };

    // "Elsa.Workflows.Runtime.ActivationValidators.SingletonStrategy, Elsa.Workflows.Runtime", or a part of it.
    private static string? NameOf(WorkflowDefinition definition)
    {
        var name = definition.Options.ActivationStrategyType?.Split(',')[0].Trim();
        name = name?[(name.LastIndexOf('.') + 1)..];
        return name is not null && name.EndsWith("Strategy", StringComparison.Ordinal) ? name[..^"Strategy".Length] : name;
    }
}
