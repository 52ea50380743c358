using System.Text.RegularExpressions;
using Dag.Activities;
using Dag.Workflows.Activities;
using Dag.Workflows.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Host.Tests.Docs;

/// <summary>What the pages say that there is, is there; and the other way round.</summary>
public sealed partial class PagesTests
{
    private static IEnumerable<string> Pages =>
    [
        "README.md", "CONTRIBUTING.md",
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Repository.Root, f)),
    ];

    [Fact]
    public void The_activities_in_the_table_of_Readme_are_those_that_there_are()
    {
        using var services = new ServiceCollection().AddDagEngine(new EngineOptions()).AddDagActivities().BuildServiceProvider();
        var known = services.GetRequiredService<ActivityCatalog>().All.Select(d => d.Type).Where(t => t.StartsWith("Dag.", StringComparison.Ordinal));
        Assert.Equal(known.Order(), Row().Matches(Repository.Read("README.md")).Select(m => m.Groups[1].Value).Order());
    }

    [Fact]
    public void Environment_variables_that_pages_and_compose_name_are_read_by_the_service()
    {
        var source = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var named = ((string[])["README.md", "docker-compose.yml", "Dockerfile"]).SelectMany(f => Variable().Matches(Repository.Read(f)).Select(m => m.Value));
        Assert.All(named.Distinct(), variable => Assert.Contains($"\"{variable}\"", source, StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_pages_link_to_is_there()
    {
        foreach (var page in Pages)
        {
            var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
            Assert.All(
                Link().Matches(Repository.Read(page)).Select(m => m.Groups[1].Value).Where(l => !l.StartsWith("http", StringComparison.Ordinal)),
                link => Assert.True(Path.Exists(Path.Combine(folder, link)), $"{page} links to {link}, which is not there."));
        }
    }

    [GeneratedRegex(@"^\| `(Dag\.[A-Za-z]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\bDAG_[A-Z_]+\b")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\]\(([^)#\s]+)[^)]*\)")]
    private static partial Regex Link();
}
