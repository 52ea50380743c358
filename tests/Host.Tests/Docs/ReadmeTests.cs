using System.Text.Json;
using System.Text.Json.Nodes;
using Dag.Host.Tests.Cli;

namespace Dag.Host.Tests.Docs;

/// <summary>What the documentation tells people to type does what it says.</summary>
public sealed class ReadmeTests : IDisposable
{
    private static readonly MarkdownFile Readme = MarkdownFile.Read("README.md");
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_workflow_makes_version_1_of_its_dataset_and_then_version_2()
    {
        _folder.Write("import.json", Readme.BlockOf("json"));
        _folder.Write("orders.csv", "id,amount\n1,9.5\n2,7.25\n");
        for (var version = 1; version <= 2; version++)
        {
            var run = await DagProcess.RunInAsync(_folder.Path, "run", "import.json", "--data", "data");
            Assert.True(run.Exit == 0, run.Errors);
            Assert.Contains("convert completed", run.Errors, StringComparison.Ordinal);
            var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.Path, "data", "lake", "orders", $"{version}", "manifest.json")));
            Assert.Equal(2 * version, manifest.RootElement.GetProperty("rows").GetInt32());
        }

        using var service = await ServedFolder.StartAsync(Path.Combine(_folder.Path, "data"));
        Assert.Equal("ready", JsonDocument.Parse(await service.Client.GetStringAsync("/health", TestContext.Current.CancellationToken)).RootElement.GetProperty("status").GetString());
        Assert.Contains("orders", await service.Client.GetStringAsync("/api/v1/datasets", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_finds_nothing_wrong_with_the_workflow_and_says_what_is_shown_of_a_wrong_one()
    {
        _folder.Write("import.json", Readme.BlockOf("json"));
        Assert.Equal((0, ""), await ValidateAsync());

        var workflow = JsonNode.Parse(Readme.BlockOf("json"))!;
        workflow["root"]!["activities"]![0]!["customProperties"]!["retries"] = 2;
        _folder.Write("import.json", workflow.ToJsonString());
        Assert.Equal((2, Readme.Blocks.Single(b => b.Code.StartsWith("import.json: ", StringComparison.Ordinal)).Code), await ValidateAsync());
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    public async Task The_commands_and_options_that_are_named_exist(string file)
    {
        var launcher = Repository.Read("dag");
        var help = new Dictionary<string, string>();
        foreach (var (verb, options) in MarkdownFile.Read(file).Commands.Where(c => c.Verb is not "test" and not "bench"))
        {
            if (!help.TryGetValue(verb, out var text))
            {
                var run = await DagProcess.RunAsync(verb, "--help");
                Assert.True(run.Exit == 0, run.Errors);
                help[verb] = text = run.Output;
            }

            Assert.All(options, o => Assert.Contains(o, text, StringComparison.Ordinal));
        }

        Assert.Contains("    test)", launcher, StringComparison.Ordinal);
        Assert.Contains("    bench)", launcher, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_activity_is_one()
    {
        const string Usings = "using System.ComponentModel.DataAnnotations;\nusing Dag.Workflows.Activities;\n";
        await Snippets.CompileAsync(_folder.Path, "Dag.Activities.Tests.Readme", Usings + Readme.BlockOf("csharp"));
    }

    private async Task<(int Exit, string Output)> ValidateAsync()
    {
        var run = await DagProcess.RunInAsync(_folder.Path, "validate", "import.json");
        return (run.Exit, run.Output.ReplaceLineEndings("\n"));
    }
}
