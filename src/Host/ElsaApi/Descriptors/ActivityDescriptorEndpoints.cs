using System.Text.Json;
using Dag.Workflows.Activities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Descriptors;

/// <summary>The activity types. Studio asks for them after every save, so the answer is made once.</summary>
internal static class ActivityDescriptorEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapActivityDescriptors()
        {
            routes.MapGet("/descriptors/activities", ListAsync);
            routes.MapPost("/descriptors/activities/{type}/options/{property}", ListOptionsAsync);
        }
    }

    private static async Task<FileContentHttpResult> ListAsync(ActivityTypeSource source, CancellationToken cancellationToken)
    {
        var types = await source.GetAsync(cancellationToken);
        return TypedResults.Bytes(types.Content, "application/json; charset=utf-8", entityTag: types.Tag);
    }

    private static async Task<Results<Ok<InputOptions>, ProblemHttpResult>> ListOptionsAsync(
        string type, string property, OptionsBody? body, ActivityCatalog catalog, IEnumerable<IInputOptions> sources, CancellationToken cancellationToken)
    {
        if (catalog.Find(type) is not { } descriptor || descriptor.IndexOfInput(property) is not (>= 0 and var index))
        {
            return Web.Api.Problems.NotFound($"There is no input {property} of an activity {type}.");
        }

        var input = descriptor.Inputs[index];
        var source = sources.FirstOrDefault(s => s.Name == input.OptionsFrom);
        var options = source is null ? input.Options : await source.ListAsync(cancellationToken);
        return TypedResults.Ok(new InputOptions(UISpecifications.Of(input, options, Current(body, input))));
    }

    private static string? Current(OptionsBody? body, InputDescriptor input) =>
        body?.Context is { ValueKind: JsonValueKind.Object } context
        && context.TryGetProperty(input.JsonName, out var wrapped) && wrapped.ValueKind == JsonValueKind.Object
        && wrapped.TryGetProperty("expression", out var expression) && expression.ValueKind == JsonValueKind.Object
        && expression.TryGetProperty("type", out var language) && language.ValueKind == JsonValueKind.String && language.GetString() == "Literal"
        && expression.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

/// <summary>What is known while options are asked for.</summary>
/// <param name="Context">The activity's inputs, by member.</param>
internal sealed record OptionsBody(JsonElement? Context);

/// <summary>The options of an input.</summary>
/// <param name="Items">What replaces the editor's specifications.</param>
internal sealed record InputOptions(IReadOnlyDictionary<string, object> Items);
