using System.Text.Json;
using System.Text.Json.Nodes;
using Dag.Activities;
using Dag.Host.ElsaApi;
using Dag.Host.ElsaApi.Definitions;
using Dag.Host.ElsaApi.Descriptors;
using Dag.Host.Tests.Docs;
using Dag.Workflows.Activities;
using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;
using Dag.Workflows.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Host.Tests.ElsaApi;

/// <summary>Every definition that we have, opened in the editor, saved untouched and exported, means what it meant and has all that it had.</summary>
public sealed class RoundTripTests : IDisposable
{
    // The server's own, and what the spelling of a connection or a list may change.
    private static readonly string[] Owned = ["id", "definitionId", "version", "isLatest", "isPublished", "createdAt", "nodeId", "$schema", "links", "connections"];

    private readonly ServiceProvider _services = new ServiceCollection().AddDagEngine(new EngineOptions()).AddDagActivities().BuildServiceProvider();
    private readonly ActivityTypes _types;

    public RoundTripTests() => _types = new ActivityTypes(_services.GetRequiredService<ActivityCatalog>(), [], JsonSerializerOptions.Web);

    public void Dispose() => _services.Dispose();

    public static TheoryData<string> Files()
    {
        var root = Repository.Root;
        string[] folders = ["tests/workflows/valid", "tests/workflows/oracle", "workflows-json"];
        return [.. folders.SelectMany(f => Directory.EnumerateFiles(Path.Combine(root, f), "*.json")).Select(f => Path.GetRelativePath(root, f).Replace('\\', '/')).Where(IsDefinition)];
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void An_untouched_definition_stays_what_it_was(string file)
    {
        var json = Repository.Read(file);
        var definition = DefinitionReader.Read(json);
        var opened = DefinitionView.Of(Stored(DefinitionWriter.Write(definition), definition), _types);

        var merged = new DefinitionMerge(_types).Merge(StudioModel.Of(opened), JsonTree.ReadObject(DefinitionWriter.Write(definition)));
        var saved = DefinitionWriter.Write(DefinitionReader.Read(JsonTree.ToElement(merged)));
        var again = DefinitionView.Of(Stored(saved, definition), _types);

        Assert.Empty(Lost(JsonTree.Of(definition.Source)!, JsonNode.Parse(saved), "$"));
        Assert.True(JsonNode.DeepEquals(WithoutOriginals(opened), WithoutOriginals(again)), $"{opened.ToJsonString()}\n{again.ToJsonString()}");
        Assert.Equal(Connections(definition), Connections(DefinitionReader.Read(saved)));
    }

    [Fact]
    public void What_Studio_does_not_know_is_kept_everywhere()
    {
        const string Json = """
            { "definitionId": "d", "name": "D", "acme": { "team": "data" }, "options": { "acme": 1 },
              "variables": [ { "id": "v", "name": "n", "typeName": "Int32", "value": 5, "acme": true }, { "id": "w", "name": "o", "typeName": "Object", "value": { "a": [1, 2] } } ],
              "inputs": [ { "name": "day", "type": "String", "defaultValue": "monday" } ],
              "root": { "id": "f", "type": "Elsa.Flowchart", "version": 1, "activities": [
                { "id": "a", "type": "Elsa.WriteLine", "version": 7, "acme": [1], "text": "bare" }, { "id": "b", "type": "Acme.Unknown", "version": 3, "thing": { "x": 1 } } ],
                "connections": [ { "source": { "activity": "a", "port": null }, "target": { "activity": "b", "port": "In" }, "label": "then" } ] } }
            """;
        var stored = Stored(Json, DefinitionReader.Read(Json));
        var opened = DefinitionView.Of(stored, _types);
        Assert.Equal("Elsa.NotFoundActivity", opened["root"]!["activities"]![1]!["type"]!.GetValue<string>());
        Assert.Equal(1, opened["root"]!["activities"]![0]!["version"]!.GetValue<int>());

        var merged = new DefinitionMerge(_types).Merge(StudioModel.Of(opened), JsonTree.ReadObject(Json));

        Assert.Empty(Lost(JsonNode.Parse(Json)!, merged, "$"));
        var connection = merged["root"]!["connections"]![0]!;
        Assert.Equal("then", connection["label"]!.GetValue<string>());
        Assert.Null(connection["source"]!["port"]);
        Assert.False(merged["customProperties"]!.AsObject().ContainsKey(DefinitionView.RevisionProperty));
    }

    [Fact]
    public void Older_shapes_and_spellings_are_shown_as_Studio_reads_them()
    {
        const string Json = """
            { "DefinitionId": "d", "Name": "D", "UsableAsActivity": true, "Variables": { "$values": [ { "Name": "n" } ] },
              "Root": { "Id": "f", "Type": "Elsa.Flowchart", "Activities": [ { "Id": "a", "Type": "Elsa.WriteLine", "version": 1, "Version": 2, "Text": { "TypeName": "String", "Expression": { "Value": "x" } } },
                { "Id": "a", "Type": "Elsa.WriteLine", "text": { "typeName": "String" } } ],
                "Connections": [ { "Source": "a", "SourcePort": "Done", "Target": "a", "TargetPort": "In" }, 5, { "source": 5 } ] } }
            """;
        var shown = DefinitionView.Of(Stored(Json, DefinitionReader.Read(Json)), _types);

        Assert.True(shown["options"]!["usableAsActivity"]!.GetValue<bool>());
        Assert.Equal("n", shown["variables"]![0]!["id"]!.GetValue<string>());
        var activities = shown["root"]!["activities"]!.AsArray();
        Assert.Equal(["Workflow1:f:a", "Workflow1:f:a~2"], activities.Select(a => a!["nodeId"]!.GetValue<string>()));
        Assert.Equal("Literal", activities[0]!["text"]!["expression"]!["type"]!.GetValue<string>());
        Assert.Equal("version", Assert.Single(activities[0]!.AsObject(), m => m.Key.Equals("version", StringComparison.OrdinalIgnoreCase)).Key);
        Assert.False(activities[1]!.AsObject().ContainsKey("text"));
        Assert.NotNull(activities[0]!["metadata"]!["designer"]!["position"]);
        Assert.Equal("a", Assert.Single(shown["root"]!["connections"]!.AsArray())!["source"]!["activity"]!.GetValue<string>());
    }

    [Fact]
    public void Lists_and_dictionaries_written_as_literals_show_in_their_editors_and_stay_as_they_are_written_until_they_are_changed()
    {
        const string Json = """
            { "definitionId": "d", "root": { "id": "f", "type": "Elsa.Flowchart", "version": 1, "activities": [
                { "id": "a", "type": "Dag.ConvertToParquet", "version": 1, "source": "a.csv", "nullTexts": { "expression": { "type": "Literal", "value": ["NA", "-"] } } },
                { "id": "b", "type": "Dag.Notify", "version": 1, "message": "m", "values": { "expression": { "type": "Literal", "value": { "rows": 3, "who": "all", "n": { "type": "Variable", "value": "n" } } } } },
                { "id": "c", "type": "Elsa.HttpEndpoint", "version": 1, "supportedMethods": { "expression": { "type": "Literal", "value": "[\"PUT\"]" } } } ], "connections": [] } }
            """;
        var shown = DefinitionView.Of(Stored(Json, DefinitionReader.Read(Json)), _types);

        string Shown(int activity, string input)
        {
            var expression = shown["root"]!["activities"]![activity]![input]!["expression"]!;
            return $"{expression["type"]} {expression["value"]}";
        }

        Assert.Equal("""Object ["a.csv"]""", Shown(0, "source"));
        Assert.Equal("""Object ["NA","-"]""", Shown(0, "nullTexts"));
        Assert.Equal("Literal m", Shown(1, "message"));
        Assert.Equal("""Object {"rows":{"type":"Object","value":"3"},"who":{"type":"Literal","value":"all"},"n":{"type":"Variable","value":"n"}}""", Shown(1, "values"));
        Assert.Equal("""Object ["PUT"]""", Shown(2, "supportedMethods"));

        var model = StudioModel.Of(shown);
        model["root"]!["activities"]![0]!["nullTexts"]!["expression"]!["value"] = """["NA"]""";
        var merged = new DefinitionMerge(_types).Merge(model, JsonTree.ReadObject(Json))["root"]!["activities"]!;
        Assert.Equal("\"a.csv\"", merged[0]!["source"]!.ToJsonString());
        Assert.Equal("""{"type":"Object","value":"[\u0022NA\u0022]"}""", merged[0]!["nullTexts"]!["expression"]!.ToJsonString());
        Assert.Equal("""{"expression":{"type":"Literal","value":{"rows":3,"who":"all","n":{"type":"Variable","value":"n"}}}}""", merged[1]!["values"]!.ToJsonString());
    }

    // What a stand-in holds now has a place on the canvas.
    private static JsonNode? WithoutOriginals(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Where(m => m.Key != "originalActivityJson").Select(m => KeyValuePair.Create(m.Key, WithoutOriginals(m.Value)))),
        JsonArray a => new JsonArray([.. a.Select(WithoutOriginals)]),
        _ => node?.DeepClone(),
    };

    private static bool IsDefinition(string file)
    {
        try
        {
            return DefinitionReader.Read(Repository.Read(file)).Root is not null;
        }
        catch (DefinitionException)
        {
            return false;
        }
    }

    private static StoredDefinition Stored(string json, WorkflowDefinition definition) => new()
    {
        Id = definition.Id,
        DefinitionId = definition.DefinitionId,
        Version = definition.Version,
        Name = definition.Name,
        Description = definition.Description,
        IsLatest = true,
        IsPublished = false,
        CreatedAt = DateTimeOffset.UnixEpoch,
        UsedByRun = false,
        Json = json,
        Revision = "r",
    };

    private static IEnumerable<ConnectionDefinition> Connections(WorkflowDefinition definition) =>
        DefinitionReader.Connections(definition.Root!.Member("connections")).Order(Comparer<ConnectionDefinition>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString())));

    /// <summary>What of the original is not in the result.</summary>
    private static IEnumerable<string> Lost(JsonNode original, JsonNode? result, string place)
    {
        switch (original)
        {
            // Lists in their several spellings.
            case JsonObject { } list when list["$values"] is { } values:
                return Lost(values, result, place);
            case JsonObject one when result is JsonArray { Count: 1 } only:
                return Lost(one, only[0], place);
            case JsonObject o when result is JsonObject r:
                return o.Where(m => m.Value is not null && !Owned.Contains(m.Key, StringComparer.OrdinalIgnoreCase))
                    .SelectMany(m => Lost(m.Value!, r.FirstOrDefault(n => n.Key.Equals(m.Key, StringComparison.OrdinalIgnoreCase)).Value, $"{place}.{m.Key}"));
            case JsonArray a when result is JsonArray r && a.Count == r.Count:
                return a.Select((item, i) => (item, i)).Where(x => x.item is not null).SelectMany(x => Lost(x.item!, r[x.i], $"{place}[{x.i}]"));
            default:
                return JsonNode.DeepEquals(original, result) ? [] : [$"{place}: {original.ToJsonString()} became {result?.ToJsonString()}"];
        }
    }
}
