using System.Text.Json.Nodes;
using Dag.Host.Tests.Docs;
using Dag.Workflows.Definitions;

namespace Dag.Host.Tests.Browser;

/// <summary>The workflows that come with the service, opened in Studio and saved untouched.</summary>
public sealed class RoundTripTests(StudioSite site) : BrowserTest(site)
{
    public static TheoryData<string> Files() =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "workflows-json"), "*.json").Select(f => Path.GetFileName(f)!).Where(f => f != "workflow.schema.json").Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_shipped_workflow_that_is_saved_untouched_means_what_it_meant(string file)
    {
        var written = Repository.Read("workflows-json/" + file);
        // As a draft: a published one would start at its time.
        var draft = await Site.Server.PostAsync("/elsa/api/workflow-definitions", $$"""{ "model": {{written}}, "publish": false }""");
        Assert.True(draft.IsSuccessStatusCode, await draft.Content.ReadAsStringAsync(Token));
        var definition = DefinitionReader.Read(written);
        var editor = await EditorPage.OpenAsync(Page, definition.DefinitionId);
        await Traffic.QuietAsync();

        await editor.SavedAsync(editor.SaveAsync);

        var saved = await Site.Server.Client.GetStringAsync($"/elsa/api/workflow-definitions/{definition.DefinitionId}/export?versionOptions=Latest", Token);
        Assert.Equal(Meaning(written), Meaning(saved));
        await Site.Server.Client.DeleteAsync($"/elsa/api/workflow-definitions/{definition.DefinitionId}", Token);
    }

    // All but the sizes of what is drawn, which Studio measures in its window.
    private static string Meaning(string json)
    {
        var document = JsonNode.Parse(json)!;
        ForgetSizes(document);
        return CanonicalDefinition.Write(DefinitionReader.Read(document.ToJsonString()));
    }

    private static void ForgetSizes(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray items:
                items.ToList().ForEach(ForgetSizes);
                break;
            case JsonObject o:
                (o["designer"] as JsonObject)?.Remove("size");
                o.ToList().ForEach(m => ForgetSizes(m.Value));
                break;
        }
    }
}
