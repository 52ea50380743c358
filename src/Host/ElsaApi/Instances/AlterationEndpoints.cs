using System.Text.Json;
using System.Text.Json.Serialization;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Instances;

/// <summary>What Elsa calls alterations: of those, that all runs which a filter finds are cancelled. Studio's list of runs asks for no other.</summary>
internal static class AlterationEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapAlterations() => routes.MapPost("/alterations/submit", SubmitAsync);
    }

    private static async Task<Results<Ok<AlterationPlan>, ValidationProblem>> SubmitAsync(AlterationPlanBody body, DagEngine engine, CancellationToken cancellationToken)
    {
        if (body.Alterations is not { Length: > 0 } alterations)
        {
            return ElsaProblems.Missing("alterations");
        }

        if (!Array.TrueForAll(alterations, a => a?.Type == "Cancel"))
        {
            return Refused("alterations", "The only alteration that is known here is Cancel.");
        }

        if (body.Filter is not { } filter)
        {
            return ElsaProblems.Missing("filter");
        }

        // A condition that is not understood must not be left out: more runs would be cancelled than are meant.
        if (filter.Unknown is { } unknown)
        {
            return Refused("filter", $"Runs cannot be chosen by '{unknown}' here.");
        }

        if (filter.Problem() is { } problem)
        {
            return problem;
        }

        var runs = filter.ToFilter();
        if (filter.FindsAny(runs))
        {
            await InstanceActionEndpoints.CancelAllAsync(runs, engine, cancellationToken);
        }

        return TypedResults.Ok(new AlterationPlan(Guid.NewGuid().ToString("N")));
    }

    private static ValidationProblem Refused(string member, string fault) =>
        TypedResults.ValidationProblem(new Dictionary<string, string[]> { [member] = [fault] }, title: "The alterations cannot be made.");
}

/// <summary>What is to be done to which runs.</summary>
internal sealed record AlterationPlanBody(Alteration?[]? Alterations, AlterationFilter? Filter);

/// <summary>What is to be done.</summary>
internal sealed record Alteration(string? Type);

/// <summary>Which runs are meant.</summary>
internal sealed record AlterationFilter : InstanceListBody
{
    /// <summary>Whether a filter that sets no condition means all runs; otherwise it means none.</summary>
    public bool EmptyFilterSelectsAll { get; init; }

    /// <summary>What else was sent.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; init; }

    /// <summary>The first condition that is not known here; null when there is none.</summary>
    public string? Unknown => Others?.FirstOrDefault(o => o.Value.ValueKind != JsonValueKind.Null).Key;

    /// <summary>Whether there can be any to cancel.</summary>
    public bool FindsAny(RunFilter runs) => IsSystem != true && runs.Status != "Finished" && (EmptyFilterSelectsAll || HasCondition(runs));

    private static bool HasCondition(RunFilter runs) =>
        runs.DefinitionIds.Count > 0 || runs.SubStatuses.Count > 0 || runs.Times.Count > 0 || !string.IsNullOrEmpty(runs.Search)
        || runs.Status is not null || runs.HasIncidents is not null || runs.Version is not null || runs.CorrelationId is not null || runs.DefinitionVersionId is not null;
}

/// <summary>The plan, which has been carried out.</summary>
internal sealed record AlterationPlan(string PlanId);
