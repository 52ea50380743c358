using System.Text.Json;
using System.Text.RegularExpressions;

namespace Dag.Host.Tests.Telemetry;

public sealed partial class SeqTemplateTests
{
    // What logs and spans of runs have; see docs/observability.md.
    private static readonly string[] Known =
    [
        "RunId", "Workflow", "ActivityId", "dag.run.id", "dag.run.status", "dag.workflow.name", "dag.activity.type", "dag.attempt.number", "dag.attempt.result",
    ];

    [Fact]
    public void Templates_refer_to_each_other_and_to_what_is_sent()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Dag.sln")))
        {
            folder = folder.Parent;
        }

        var templates = Directory.GetFiles(Path.Combine(folder.FullName, "seq"), "*.template");
        Assert.Equal(5, templates.Length);
        foreach (var file in templates)
        {
            var text = File.ReadAllText(file);
            Assert.All(Reference().Matches(text), r => Assert.Contains(r.Groups["name"].Value, templates.Select(Path.GetFileName)));
            using var template = JsonDocument.Parse(Reference().Replace(text, "\"x\""));
            Assert.Contains(template.RootElement.GetProperty("$entity").GetString(), (string[])["signal", "dashboard"]);
            Assert.All(Property().Matches(text), p => Assert.Contains(p.Value, Known));
        }
    }

    [GeneratedRegex("""ref\("(?<name>[^"]+)"\)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\bdag\.[a-z.]+\b|(?<=has\()[A-Z]\w+|(?<=""Expression"": "")\w+")]
    private static partial Regex Property();
}
