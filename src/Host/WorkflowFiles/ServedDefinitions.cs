using System.Net;
using System.Text.Json;
using Dag.Host.Cli;
using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;

namespace Dag.Host.WorkflowFiles;

/// <summary>The workflows of a service that runs, by its API.</summary>
internal sealed class ServedDefinitions(HttpClient client) : IDefinitionSource
{
    private const string Definitions = "/elsa/api/workflow-definitions";
    private const int PageSize = 500;

    public async Task<string?> FolderAsync(CancellationToken cancellationToken) =>
        (await GetAsync("/api/v1/workflow-files", cancellationToken)).GetProperty("folder").GetString();

    public async Task<IReadOnlyList<string>> ListAsync(VersionSelector versions, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        JsonElement items;
        do
        {
            var page = await GetAsync($"{Definitions}?versionOptions={versions.Kind}&page={ids.Count / PageSize}&pageSize={PageSize}", cancellationToken);
            items = page.GetProperty("items");
            ids.AddRange(items.EnumerateArray().Select(i => i.GetProperty("definitionId").GetString()!));
        }
        while (items.GetArrayLength() == PageSize);
        return ids;
    }

    public async Task<WorkflowDefinition?> FindAsync(string definitionId, VersionSelector versions, CancellationToken cancellationToken)
    {
        using var response = await client.SendAsync(
            HttpMethod.Get, $"{Definitions}/{Uri.EscapeDataString(definitionId)}/export?versionOptions={versions.Kind}", null, cancellationToken, accept: HttpStatusCode.NotFound);
        return response.IsSuccessStatusCode ? DefinitionReader.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken)) : null;
    }

    // The client is its maker's.
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await client.SendAsync(HttpMethod.Get, path, null, cancellationToken);
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }
}
