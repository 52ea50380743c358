using Dag.Activities;
using Dag.Host.Cli;
using Dag.Host.Reference;
using Dag.Host.Tests.Cli;
using Dag.Host.Tests.Docs;
using Dag.Workflows.Activities;
using Dag.Workflows.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Host.Tests.Reference;

public sealed class ReferenceFilesTests : IDisposable
{
    private static readonly string PagesFolder = Path.Combine(Repository.Root, ReferenceFiles.Pages);
    private readonly ServiceProvider _services = new ServiceCollection().AddDagEngine(new EngineOptions()).AddDagActivities().BuildServiceProvider();
    private readonly TempFolder _folder = new();

    private ActivityCatalog Catalog => _services.GetRequiredService<ActivityCatalog>();

    public void Dispose()
    {
        _services.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_files_of_the_repository_are_those_that_the_classes_make()
    {
        foreach (var (path, text) in ReferenceFiles.Make(Catalog, Repository.Root))
        {
            Assert.True(File.Exists(Path.Combine(Repository.Root, path)), $"{path} is missing. Run ./dag docs.");
            Assert.True(text == Repository.Read(path).ReplaceLineEndings("\n"), $"{path} is not what the classes make. Run ./dag docs.");
        }
    }

    [Fact]
    public void No_page_and_no_example_is_left_of_a_family_that_is_gone()
    {
        var families = ActivityFamily.Of(Catalog, Path.Combine(PagesFolder, "examples"));
        Assert.Equal(["README.md", .. families.Select(f => f.FileName).Order(StringComparer.Ordinal)], FilesOf(PagesFolder));
        Assert.Equal(families.Select(f => f.ExampleFileName).Order(StringComparer.Ordinal), FilesOf(Path.Combine(PagesFolder, "examples")));
    }

    [Fact]
    public void Every_activity_that_can_be_written_has_a_page_and_says_what_it_and_its_inputs_are_for()
    {
        var pages = string.Concat(ReferenceFiles.Make(Catalog, Repository.Root).Values);
        foreach (var activity in Catalog.All.Where(ActivityFamily.IsWritten))
        {
            Assert.Contains($"\n## {activity.Type}\n", pages, StringComparison.Ordinal);
            Assert.EndsWith(".", activity.Description, StringComparison.Ordinal);
            Assert.All(activity.Inputs, i => Assert.True(i.Description.Length > 5, $"{activity.Type}.{i.Name}"));
            Assert.All(activity.Outputs, o => Assert.True(o.Description.Length > 5, $"{activity.Type}.{o.Name}"));
        }
    }

    [Fact]
    public async Task The_examples_are_valid()
    {
        var found = new StringWriter();
        var exit = await ValidateVerb.ValidateAsync([Path.Combine(PagesFolder, "examples")], json: false, found, TestContext.Current.CancellationToken);
        Assert.True(exit == 0, found.ToString());
    }

    [Fact]
    public async Task Among_the_workflows_of_a_folder_the_schema_is_none()
    {
        var found = new StringWriter();
        Assert.Equal(0, await ValidateVerb.ValidateAsync([Path.Combine(Repository.Root, "workflows-json")], json: false, found, TestContext.Current.CancellationToken));
        Assert.Equal("", found.ToString());
    }

    [Fact]
    public async Task The_examples_of_data_work_follow_each_other_to_a_file()
    {
        _folder.Write("orders-1.csv", "id,day,amount,currency\n1,2026-11-01,9.50,EUR\n2,2026-11-02,7.25,USD\n");
        foreach (var example in (string[])["transform", "quality", "export"])
        {
            var run = await DagProcess.RunInAsync(_folder.Path, "run", Path.Combine(PagesFolder, "examples", $"{example}.json"), "--data", "data");
            Assert.True(run.Exit == 0, run.Errors);
        }

        var file = Assert.Single(Directory.GetFiles(Path.Combine(_folder.Path, "data", "exports", "sales")));
        Assert.EndsWith(".csv.gz", file, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("branching", "A large one.")]
    [InlineData("console", "Hello, world")]
    [InlineData("flow", "left|right|Both are over.")]
    [InlineData("looping", "1. de|2. fr|3. it|at 10|at 5|at 0")]
    [InlineData("scripting", "119 is large")]
    public async Task An_example_of_control_runs(string family, string lines)
    {
        var run = await DagProcess.RunAsync("run", Path.Combine(PagesFolder, "examples", $"{family}.json"));
        Assert.True(run.Exit == 0, run.Errors);
        Assert.Equal(lines.Split('|'), run.Output.TrimEnd().ReplaceLineEndings("\n").Split('\n'));
    }

    [Fact]
    public async Task The_workflows_of_the_pages_run_as_they_say()
    {
        _folder.Write("greet.json", MarkdownFile.Read("docs/workflow-json.md").BlockOf("json"));
        _folder.Write("greet-twice.json", MarkdownFile.Read("docs/composition.md").BlockOf("json"));

        var run = await DagProcess.RunInAsync(_folder.Path, "run", "greet-twice.json", "greet.json");

        Assert.True(run.Exit == 0, run.Errors);
        Assert.Equal("Hello, Ann! Hello, Ann!", run.Output.TrimEnd());
    }

    [Fact]
    public async Task Docs_writes_them_and_refuses_a_folder_that_is_no_clone()
    {
        var refused = await DagProcess.RunAsync("docs", _folder.Path);
        Assert.Equal(2, refused.Exit);
        Assert.Contains("is no clone of the repository", refused.Errors, StringComparison.Ordinal);

        _folder.Write("Dag.sln", "");
        var written = await DagProcess.RunAsync("docs", _folder.Path);
        Assert.True(written.Exit == 0, written.Errors);
        Assert.True(File.Exists(Path.Combine(_folder.Path, "docs", "activities", "transform.md")));
    }

    private static IEnumerable<string> FilesOf(string folder) => Directory.GetFiles(folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);
}
