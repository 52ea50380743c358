using System.Text.Json;
using Dag.Host.Tests.Docs;
using Dag.Host.Tests.ElsaApi;
using Dag.Workflows.Definitions;

namespace Dag.Host.Tests.WorkflowFiles;

public sealed class CanonicalDefinitionTests
{
    // What the server gives, and what says what is so without it.
    private static readonly string[] Droppable = ["$schema", "id", "version", "isLatest", "isPublished", "createdAt", "toolVersion", "materializerName", "nodeId", "isReadonly", "isArray", "Dag.Revision"];

    public static TheoryData<string> Files => RoundTripTests.Files();

    [Theory]
    [MemberData(nameof(Files))]
    public void A_definition_in_canonical_form_has_all_that_it_had_and_stays_as_it_is(string file)
    {
        var definition = DefinitionReader.Read(Repository.Read(file));
        var text = CanonicalDefinition.Write(definition);
        var again = DefinitionReader.Read(text);

        Assert.Equal(text, CanonicalDefinition.Write(again));
        Assert.Equal((definition.DefinitionId, definition.Name, definition.Description), (again.DefinitionId, again.Name, again.Description));
        var left = Leaves("", definition.Source).ToList();
        Assert.All(Leaves("", again.Source), leaf => Assert.True(left.Remove(leaf) || leaf.Name is "definitionid" or "name", $"{leaf} is new"));
        Assert.All(left, leaf => Assert.True(Droppable.Contains(leaf.Name, StringComparer.OrdinalIgnoreCase) || leaf.Value is "null" or "false" or "\"\"", $"{leaf} is lost"));
    }

    [Fact]
    public void Spelling_order_and_what_the_server_gives_make_no_difference()
    {
        const string Written = """
            { "definitionId": "d", "name": "D", "root": { "type": "Elsa.Flowchart", "id": "f", "activities": [ { "type": "Elsa.WriteLine", "id": "a", "text": "x", "customProperties": { "timeout": "1", "a": 2 } } ] } }
            """;
        const string Sent = """
            // a comment
            { "$schema": "s", "ID": "9", "Version": 3, "isLatest": true, "createdAt": "2026-01-01", "links": [], "Name": "D", "DefinitionId": "d", "description": "", "toolVersion": "3.8.2.0",
              "isReadonly": false, "variables": [], "options": { "usableAsActivity": false, "incidentStrategyType": null }, "customProperties": { "Dag.Revision": "9/1" },
              "Root": { "id": "f", "nodeId": "Workflow1:f", "metadata": {}, "type": "Elsa.Flowchart", "connections": null,
                "activities": [ { "customProperties": { "a": 2, "timeout": "1" }, "nodeId": "Workflow1:f:a", "Text": "x", "id": "a", "type": "Elsa.WriteLine", }, ] } }
            """;
        var sent = CanonicalDefinition.Write(DefinitionReader.Read(Sent));
        Assert.Equal(CanonicalDefinition.Write(DefinitionReader.Read(Written.Replace("\"text\"", "\"Text\"", StringComparison.Ordinal))), sent);
        Assert.StartsWith("{\n  \"definitionId\": \"d\",\n  \"name\": \"D\",\n  \"root\": {\n    \"type\": \"Elsa.Flowchart\",", sent, StringComparison.Ordinal);
        Assert.EndsWith("}\n", sent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"text\": \"y\"")]
    [InlineData("\"text\": { \"expression\": { \"type\": \"Object\", \"value\": { \"b\": null, \"a\": [] } } }")]
    [InlineData("\"text\": { \"expression\": { \"type\": \"Object\", \"value\": { \"a\": [], \"b\": null } } }")]
    [InlineData("\"text\": { \"expression\": { \"type\": \"Object\", \"value\": { \"a\": [] } } }")]
    [InlineData("\"acme\": [ { \"z\": null, \"a\": 1.50 } ]")]
    public void What_an_author_can_mean_makes_a_difference(string member)
    {
        string[] members = ["\"text\": \"x\"", .. TestData, member];
        var texts = members.Distinct().Select(m => CanonicalDefinition.Write(DefinitionReader.Read($$"""{ "definitionId": "d", "root": { "id": "a", "type": "Elsa.WriteLine", {{m}} } }"""))).ToList();
        Assert.Equal(texts.Count, texts.Distinct().Count());
    }

    private static IEnumerable<string> TestData =>
        ["\"text\": { \"expression\": { \"type\": \"Object\", \"value\": { \"b\": null } } }", "\"acme\": [ { \"z\": null, \"a\": 1.5 } ]", "\"acme\": [ { \"a\": 1.50, \"z\": null } ]"];

    private static IEnumerable<(string Name, string Value)> Leaves(string name, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(m => Leaves(m.Name, m.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(i => Leaves(name, i)),
        JsonValueKind.String => [(name.ToLowerInvariant(), $"\"{element.GetString()}\"")],
        _ => [(name.ToLowerInvariant(), element.GetRawText())],
    };
}
