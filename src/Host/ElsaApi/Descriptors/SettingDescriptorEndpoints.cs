using Dag.Workflows.Graph;
using Dag.Workflows.Values;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Descriptors;

/// <summary>What else can be chosen in the editor: languages, types, strategies, storage. Lists that do not apply here are empty, never missing.</summary>
internal static class SettingDescriptorEndpoints
{
    private static readonly LanguageItem[] Languages =
    [
        new("Literal", "Literal", IsBrowsable: false, []),
        new("Object", "Object", IsBrowsable: false, []),
        // The first that people may choose is what a new case of a switch begins with.
        new("JavaScript", "JavaScript", IsBrowsable: true, new() { ["MonacoLanguage"] = "javascript" }),
        new("Variable", "Variable", IsBrowsable: true, []),
        new("Input", "Input", IsBrowsable: true, []),
    ];

    /// <summary>When a workflow may be started.</summary>
    public static readonly SettingItem[] Activation =
    [
        new("Elsa.Workflows.ActivationValidators.AllowAlwaysStrategy, Elsa.Workflows.Core", "Always", "Every start is allowed."),
        new("Elsa.Workflows.Runtime.ActivationValidators.SingletonStrategy, Elsa.Workflows.Runtime", "Singleton", "Only while no run of the workflow is open."),
        new("Elsa.Workflows.Runtime.ActivationValidators.CorrelationStrategy, Elsa.Workflows.Runtime", "Correlation", "Only while no run with the same correlation id is open."),
        new("Elsa.Workflows.Runtime.ActivationValidators.CorrelatedSingletonStrategy, Elsa.Workflows.Runtime", "Correlated singleton", "Only while no run of the workflow with the same correlation id is open."),
    ];

    /// <summary>What a fault does.</summary>
    public static readonly SettingItem[] Incidents =
    [
        new(IncidentStrategies.Propagate, "Propagate", "Other branches go on; what comes after the fault runs or not as its runWhen says. What new workflows here have."),
        new("Elsa.Workflows.IncidentStrategies.FaultStrategy, Elsa.Workflows.Core", "Fault", "A fault ends the run; work in flight may end."),
        new("Elsa.Workflows.IncidentStrategies.ContinueWithIncidentsStrategy, Elsa.Workflows.Core", "Continue with incidents", "Other branches go on; nothing follows the fault."),
    ];

    private static readonly StorageItem[] Storage =
    [
        new("Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core", "Workflow instance", 5, Deprecated: false),
        new("Elsa.Workflows.MemoryStorageDriver, Elsa.Workflows.Core", "Memory", 0, Deprecated: false),
    ];

    extension(IEndpointRouteBuilder routes)
    {
        public void MapSettingDescriptors()
        {
            var descriptors = routes.MapGroup("/descriptors");
            descriptors.MapGet("/expression-descriptors", () => TypedResults.Ok(new ElsaList<LanguageItem>(Languages)));
            descriptors.MapGet("/workflow-activation-strategies", () => TypedResults.Ok(new ElsaList<SettingItem>(Activation)));
            descriptors.MapGet("/incident-strategies", () => TypedResults.Ok(new ElsaList<SettingItem>(Incidents)));
            descriptors.MapGet("/log-persistence-strategies", None);
            descriptors.MapGet("/commit-strategies/workflows", None);
            descriptors.MapGet("/commit-strategies/activities", None);
            descriptors.MapGet("/output-converters", None);
            descriptors.MapGet("/storage-drivers", () => TypedResults.Ok(new ElsaList<StorageItem>(Storage)));
            descriptors.MapGet("/variables", () => TypedResults.Ok(new ElsaList<TypeItem>(Types)));
        }
    }

    private static readonly TypeItem[] Types = [.. TypeAliases.Offered.Select(t => new TypeItem(t.Alias, t.DisplayName, t.Category, t.Description))];

    private static Ok<ElsaList<SettingItem>> None() => TypedResults.Ok(new ElsaList<SettingItem>([]));
}

/// <summary>A language of expressions.</summary>
internal sealed record LanguageItem(string Type, string DisplayName, bool IsBrowsable, Dictionary<string, string> Properties)
{
    public bool IsSerializable => true;
}

/// <summary>A choice among classes of Elsa's, by name.</summary>
internal sealed record SettingItem(string TypeName, string DisplayName, string Description);

/// <summary>Where variables are kept.</summary>
internal sealed record StorageItem(string TypeName, string DisplayName, int Priority, bool Deprecated);

/// <summary>A type of variables, inputs and outputs.</summary>
internal sealed record TypeItem(string TypeName, string DisplayName, string Category, string Description);
