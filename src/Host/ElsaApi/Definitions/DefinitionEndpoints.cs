using System.Text.Json.Nodes;
using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;
using Dag.Workflows.Publishing;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>Workflow definitions: list, open, save, publish, retract, delete.</summary>
internal static class DefinitionEndpoints
{
    /// <summary>Names the page that edits, so that its own saves do not conflict with each other.</summary>
    public const string EditorHeader = "X-Dag-Editor";

    private static readonly ElsaLink BulkPublish = new("/bulk-actions/publish/workflow-definitions/by-definition-ids", "bulk-publish", "POST");

    extension(IEndpointRouteBuilder routes)
    {
        public void MapDefinitions()
        {
            var definitions = routes.MapGroup("/workflow-definitions");
            definitions.MapGet("/", ListAsync);
            definitions.MapGet("/by-definition-id/{definitionId}", GetAsync);
            definitions.MapGet("/by-id/{id}", GetVersionAsync);
            definitions.MapGet("/many-by-id", GetManyAsync);
            definitions.MapGet("/query/count", CountAsync);
            definitions.MapGet("/validation/is-name-unique", IsNameUniqueAsync);
            definitions.MapPost("/", SaveAsync);
            definitions.MapPost("/{definitionId}/publish", PublishAsync);
            definitions.MapPost("/{definitionId}/retract", RetractAsync);
            definitions.MapDelete("/{definitionId}", DeleteAsync);
        }
    }

    private static async Task<Results<Ok<ElsaPage<DefinitionListItem>>, ValidationProblem>> ListAsync(
        HttpRequest request, IDefinitionStore store, DefinitionVersions versions, CancellationToken cancellationToken)
    {
        var query = new ElsaQuery(request.Query);
        var order = query.Choice("orderBy", "Name", "Created", "Version");
        var filter = new DefinitionFilter
        {
            Versions = query.Versions(VersionSelector.All),
            DefinitionIds = query.Texts("definitionIds"),
            Ids = query.Texts("ids"),
            Search = query.Text("searchTerm"),
            OrderBy = order switch { "Created" => DefinitionOrder.CreatedAt, "Version" => DefinitionOrder.Version, _ => DefinitionOrder.Name },
            Descending = query.Descending(),
            Skip = query.Skip,
            Take = query.Take,
        };
        var isSystem = query.Flag("isSystem");
        if (query.Problem is { } problem)
        {
            return problem;
        }

        // There are no workflows of the system's own.
        var page = isSystem ? new DefinitionPage([], 0) : await store.ListAsync(filter, cancellationToken);
        var frozen = await versions.FindFrozenAsync(filter.Ids.Except(page.Definitions.Select(d => d.Id)), cancellationToken);
        var items = page.Definitions.Concat(frozen).Select(DefinitionListItem.Of).ToList();
        return TypedResults.Ok(new ElsaPage<DefinitionListItem>(items, page.TotalCount + frozen.Count) { Links = [BulkPublish] });
    }

    private static async Task<Results<Ok<JsonObject>, ProblemHttpResult, ValidationProblem>> GetAsync(
        string definitionId, HttpRequest request, IDefinitionStore store, DefinitionView view, CancellationToken cancellationToken)
    {
        var query = new ElsaQuery(request.Query);
        var versions = query.Versions(VersionSelector.Latest);
        if (query.Problem is { } problem)
        {
            return problem;
        }

        return await store.FindAsync(definitionId, versions, cancellationToken) is { } stored
            ? TypedResults.Ok(await view.OfAsync(stored, cancellationToken))
            : ElsaProblems.NoDefinition(definitionId);
    }

    private static async Task<Results<Ok<JsonObject>, ProblemHttpResult>> GetVersionAsync(
        string id, DefinitionVersions versions, DefinitionView view, CancellationToken cancellationToken) =>
        await versions.FindAsync(id, cancellationToken) is { } stored ? TypedResults.Ok(await view.OfAsync(stored, cancellationToken)) : ElsaProblems.NoVersion(id);

    private static async Task<Ok<ElsaList<JsonObject>>> GetManyAsync(
        string[] ids, DefinitionVersions versions, DefinitionView view, CancellationToken cancellationToken)
    {
        var found = new List<JsonObject>();
        foreach (var id in ids)
        {
            if (await versions.FindAsync(id, cancellationToken) is { } stored)
            {
                found.Add(await view.OfAsync(stored, cancellationToken));
            }
        }

        return TypedResults.Ok(new ElsaList<JsonObject>(found));
    }

    private static async Task<Ok<CountedDefinitions>> CountAsync(IDefinitionStore store, CancellationToken cancellationToken) =>
        TypedResults.Ok(new CountedDefinitions((await store.ListAsync(new DefinitionFilter { Take = 1 }, cancellationToken)).TotalCount));

    private static async Task<Ok<NameCheck>> IsNameUniqueAsync(string name, string? definitionId, IDefinitionStore store, CancellationToken cancellationToken)
    {
        var alike = await store.ListAsync(new DefinitionFilter { Search = name, Take = int.MaxValue }, cancellationToken);
        return TypedResults.Ok(new NameCheck(
            !alike.Definitions.Any(d => d.DefinitionId != definitionId && d.Name.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase))));
    }

    private static async Task<Results<Ok<SavedDefinition>, ValidationProblem>> SaveAsync(
        SaveBody body, HttpRequest request, DefinitionSaving saving, ConsumerUpdates consumers, DefinitionView view, CancellationToken cancellationToken)
    {
        var editor = request.Headers[EditorHeader].ToString() is { Length: > 0 and <= 100 } given ? given : null;
        StoredDefinition stored;
        try
        {
            stored = await saving.SaveAsync(body.Model, body.Publish == true, editor, cancellationToken);
        }
        catch (DefinitionConflictException e) when (editor is not null)
        {
            // Everybody else gets 409, but Studio shows its user what it is told with 400 only, and fails at anything else.
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["conflict"] = [e.Message] }, title: "Somebody else has saved.");
        }

        catch (DefinitionException e) when (editor is not null)
        {
            return FaultsInStudio.Problem(e.Faults, body.Model);
        }

        var followed = body.Publish == true ? await consumers.FollowAsync(stored, cancellationToken) : [];
        return TypedResults.Ok(new SavedDefinition(await view.OfAsync(stored, cancellationToken), AlreadyPublished: false, followed.Count));
    }

    private static async Task<Results<Ok<SavedDefinition>, ProblemHttpResult>> PublishAsync(
        string definitionId, WorkflowDrafts drafts, ConsumerUpdates consumers, DefinitionView view, CancellationToken cancellationToken)
    {
        if (await drafts.PublishAsync(definitionId, cancellationToken) is not { } published)
        {
            return ElsaProblems.NoDefinition(definitionId);
        }

        var followed = published.WasPublished ? [] : await consumers.FollowAsync(published.Definition, cancellationToken);
        return TypedResults.Ok(new SavedDefinition(await view.OfAsync(published.Definition, cancellationToken), published.WasPublished, followed.Count));
    }

    private static async Task<Results<Ok<JsonObject>, ProblemHttpResult>> RetractAsync(
        string definitionId, WorkflowPublisher publisher, IDefinitionStore store, DefinitionView view, CancellationToken cancellationToken)
    {
        await publisher.RetractAsync(definitionId, cancellationToken);
        return await store.FindAsync(definitionId, VersionSelector.Latest, cancellationToken) is { } stored
            ? TypedResults.Ok(await view.OfAsync(stored, cancellationToken))
            : ElsaProblems.NoDefinition(definitionId);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string definitionId, WorkflowDrafts drafts, CancellationToken cancellationToken) =>
        await drafts.DeleteAsync([definitionId], cancellationToken) > 0 ? TypedResults.NoContent() : ElsaProblems.NoDefinition(definitionId);
}

/// <summary>What is saved.</summary>
/// <param name="Model">The definition.</param>
/// <param name="Publish">Whether it is published as well; null, the default, means no.</param>
internal sealed record SaveBody(System.Text.Json.JsonElement Model, bool? Publish);

/// <summary>A definition that was saved.</summary>
/// <param name="WorkflowDefinition">As it is now.</param>
/// <param name="AlreadyPublished">Whether there was nothing to publish.</param>
/// <param name="ConsumingWorkflowCount">How many workflows that use it were changed with it.</param>
internal sealed record SavedDefinition(JsonObject WorkflowDefinition, bool AlreadyPublished, int ConsumingWorkflowCount);

/// <summary>How many workflows there are.</summary>
internal sealed record CountedDefinitions(long Count);

/// <summary>Whether no other workflow has a name.</summary>
internal sealed record NameCheck(bool IsUnique);
