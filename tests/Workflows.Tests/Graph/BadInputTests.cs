using System.Text;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Tests.Runs;

namespace Dag.Workflows.Tests.Graph;

/// <summary>Whatever a file holds, it is read or refused with faults that say what is wrong: nothing else is ever thrown.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string> Files() => [.. WorkflowFiles.Runnable()];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_that_is_cut_off_anywhere_is_refused(string file)
    {
        var bytes = WorkflowFiles.Bytes(file);
        var end = bytes.AsSpan().TrimEnd("\r\n \t"u8).Length;
        for (var length = 0; length < end; length += Math.Max(1, end / 200))
        {
            var faults = FaultsOf(bytes[..length]);
            Assert.NotEmpty(faults);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_damaged_file_is_read_or_refused(string file)
    {
        var bytes = WorkflowFiles.Bytes(file);
        var random = new Random(file.Length);
        for (var i = 0; i < 200; i++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var j = random.Next(1, 4); j > 0; j--)
            {
                damaged[random.Next(damaged.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : "{}[]:,\"0tn\\-."u8[random.Next(13)];
            }

            FaultsOf(damaged);
        }
    }

    [Theory]
    [InlineData("[", "]", 100_000)]
    [InlineData("{\"root\":", "}", 100_000)]
    [InlineData("{\"root\":{\"id\":\"s\",\"type\":\"Elsa.Sequence\",\"activities\":[", "]}}", 50_000)]
    public void A_nesting_bomb_is_refused(string open, string close, int depth)
    {
        var text = new StringBuilder().Insert(0, open, depth).Append(new StringBuilder().Insert(0, close, depth));
        var fault = Assert.Single(FaultsOf(Encoding.UTF8.GetBytes(text.ToString())));
        Assert.Contains("depth", fault.Message);
    }

    [Fact]
    public async Task Containers_may_nest_as_deep_as_the_limit_allows()
    {
        const int Depth = (DefinitionReader.MaxDepth / 2) - 2;
        var json = new StringBuilder("{\"root\":");
        for (var i = 0; i < Depth; i++)
        {
            json.Append($"{{\"id\":\"s{i}\",\"type\":\"Elsa.Sequence\",\"activities\":[");
        }

        json.Append("{\"id\":\"A\",\"type\":\"Elsa.WriteLine\",\"text\":\"deep\"}").Insert(json.Length, "]}", Depth).Append('}');
        var run = await InMemoryRun.RunAsync(json.ToString());
        Assert.Equal(["deep"], run.Lines);
    }

    [Fact]
    public void Ten_megabytes_of_nonsense_are_refused()
    {
        foreach (var nonsense in (string[])[new string('x', 10_000_000), "\"" + new string('x', 10_000_000) + "\"", "[" + new string('1', 9_999_998) + "]", "{\"a\":[" + string.Join(',', Enumerable.Repeat("0", 4_000_000)) + "]}"])
        {
            Assert.NotEmpty(FaultsOf(Encoding.UTF8.GetBytes(nonsense)));
        }
    }

    [Fact]
    public void A_file_over_the_limit_is_refused_by_its_size()
    {
        var fault = Assert.Single(FaultsOf(new byte[DefinitionReader.MaxBytes + 1]));
        Assert.Contains("16,777,217 bytes", fault.Message);
    }

    [Fact]
    public void A_hundred_thousand_activities_of_unknown_types_are_all_named()
    {
        var json = "{\"root\":{\"id\":\"s\",\"type\":\"Elsa.Sequence\",\"activities\":["
            + string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"{{\"id\":\"a{i}\",\"type\":\"Acme.Thing{i % 7}\"}}")) + "]}}";
        var faults = FaultsOf(Encoding.UTF8.GetBytes(json));
        Assert.Equal(100_000, faults.Count);
        Assert.Contains("99,900 more", new DefinitionException(faults).Message);
    }

    [Fact]
    public void An_unknown_type_comes_with_a_suggestion_and_the_known_ones()
    {
        var fault = Assert.Single(FaultsOf("{\"root\":{\"id\":\"A\",\"type\":\"Elsa.Writeline\"}}"u8.ToArray()));
        Assert.StartsWith("Did you mean 'Elsa.WriteLine'? Known types: ", fault.Fix);
        Assert.Contains("Elsa.FlowDecision", fault.Fix);
        Assert.Contains("Elsa.Sequence", fault.Fix);
        Assert.DoesNotContain("Elsa.NotFoundActivity", fault.Fix);
        Assert.True(fault.AllowedInRun);
    }

    [Fact]
    public void A_type_as_long_as_a_book_is_shortened()
    {
        var fault = Assert.Single(FaultsOf(Encoding.UTF8.GetBytes($"{{\"root\":{{\"id\":\"A\",\"type\":\"{new string('t', 5_000_000)}\"}}}}")));
        Assert.True(fault.Message.Length < 200);
    }

    [Fact]
    public void Text_that_is_no_UTF_8_is_refused_where_it_stands()
    {
        byte[] bytes = [.. "{\"root\":{\"id\":\"A\",\"type\":\"Elsa.WriteLine\",\"text\":\""u8, 0xFF, 0xFE, .. "\"}}"u8];
        var fault = Assert.Single(FaultsOf(bytes));
        Assert.Contains("Unicode", fault.Message);
        Assert.Equal("text", fault.Place);
    }

    [Fact]
    public void A_run_of_a_workflow_with_fatal_faults_is_refused_with_all_of_them()
    {
        var definition = DefinitionReader.Read("{\"root\":{\"id\":\"s\",\"type\":\"Elsa.Sequence\",\"activities\":[{\"id\":\"A\",\"type\":\"Elsa.Nope\"},{\"id\":\"A\",\"type\":\"Elsa.End\"}]}}");
        var e = Assert.Throws<DefinitionException>(() => GraphCompiler.Compile(definition, InMemoryRun.Catalog));
        Assert.Equal(2, e.Faults.Count);
        Assert.Contains("Elsa.Nope", e.Message);
        Assert.Contains("have the id 'A'", e.Message);
    }

    [Fact]
    public void Members_that_nobody_knows_are_written_back()
    {
        const string Json = """
            {"$schema":"x","definitionId":"w","name":"w","version":3,"toolVersion":"3.7.1","root":{"id":"A","type":"Elsa.WriteLine","nodeId":"n","metadata":{"designer":{"position":{"x":1.50,"y":-2}}},"text":null,"acme":[1,{"b":"ü"}]},"customProperties":{"k":{"$values":[]}}}
            """;
        var written = DefinitionWriter.Write(DefinitionReader.Read(Json));
        var expected = System.Text.Json.Nodes.JsonNode.Parse(Json)!;
        var actual = System.Text.Json.Nodes.JsonNode.Parse(written)!;
        foreach (var (name, value) in expected.AsObject())
        {
            Assert.True(System.Text.Json.Nodes.JsonNode.DeepEquals(value, actual[name]), $"{name}: {actual[name]}");
        }

        Assert.Contains("1.50", written);
    }

    private static IReadOnlyList<DefinitionFault> FaultsOf(byte[] bytes)
    {
        try
        {
            var definition = DefinitionReader.Read(bytes);
            var faults = GraphCompiler.Validate(definition, InMemoryRun.Catalog);
            if (!faults.Any(f => !f.AllowedInRun))
            {
                GraphCompiler.Compile(definition, InMemoryRun.Catalog);
            }

            return faults;
        }
        catch (DefinitionException e)
        {
            return e.Faults;
        }
    }
}
