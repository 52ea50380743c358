using System.Reflection;
using System.Runtime.Loader;

namespace Dag.Host.Tests.Docs;

/// <summary>The activity of CONTRIBUTING.md is compiled with its test, and the test is run.</summary>
public sealed class ContributingTests : IDisposable
{
    private static readonly MarkdownFile Contributing = MarkdownFile.Read("CONTRIBUTING.md");
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_activity_passes_its_test()
    {
        var blocks = Contributing.Blocks.Where(b => b.Language == "csharp").Select(b => b.Code).ToList();
        Assert.Equal(3, blocks.Count);
        var assembly = await Snippets.CompileAsync(
            _folder.Path, "Dag.Activities.Tests", blocks[0], blocks[2], Repository.Read("tests/Activities.Tests/TempFolder.cs"));

        var tests = AssemblyLoadContext.Default.LoadFromAssemblyPath(assembly).GetType("Dag.Activities.Tests.Sources.CountLinesTests", throwOnError: true)!;
        var facts = tests.GetMethods().Where(m => m.GetCustomAttribute<FactAttribute>() is not null).ToList();
        Assert.Equal(2, facts.Count);
        foreach (var fact in facts)
        {
            using var test = (IDisposable)Activator.CreateInstance(tests)!;
            await (Task)fact.Invoke(test, null)!;
        }
    }

    [Fact]
    public void It_is_registered_where_and_as_the_others_are()
    {
        var line = Contributing.Blocks.Where(b => b.Language == "csharp").ElementAt(1).Code;
        var others = Repository.Read("src/Activities/ActivityServices.cs");
        Assert.Contains(line[..line.IndexOf('<', StringComparison.Ordinal)], others, StringComparison.Ordinal);
    }

    [Fact]
    public void The_paths_that_are_named_exist()
    {
        foreach (var path in (string[])["src/Activities/Sources", "tests/Activities.Tests/Sources", "src/Workflows", "src/Host", "docs/adr/README.md", "CHANGELOG.md"])
        {
            Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), path);
        }
    }
}
