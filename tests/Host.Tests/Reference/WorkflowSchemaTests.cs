using Dag.Host.Tests.Docs;

namespace Dag.Host.Tests.Reference;

/// <summary>Held to what Visual Studio Code makes of it.</summary>
public sealed class WorkflowSchemaTests
{
    // The reader takes names in any case and commas at the end, and what only faults when it is executed; an editor had better say so.
    private static readonly string[] Doubtful = ["tolerates-comments-commas-and-a-mark.json", "tolerates-pascal-case.json", "unknown-expression-language.json"];

    [Fact]
    public async Task Nothing_is_found_wrong_with_workflows_that_run()
    {
        string[] folders = ["workflows-json", "docs/activities/examples", "tests/workflows/valid", "tests/workflows/oracle"];
        var files = folders.SelectMany(f => Directory.GetFiles(Path.Combine(Repository.Root, f), "*.json", SearchOption.AllDirectories))
            .Where(f => !f.EndsWith(".schema.json", StringComparison.Ordinal)).ToList();

        var answers = await EditorLanguage.AskAsync([.. files.Select(f => new EditorDocument(File.ReadAllText(f)))]);

        Assert.True(files.Count > 150);
        Assert.All(files.Zip(answers), pair => Assert.True(
            pair.Second.Faults.Count == 0 == !Doubtful.Contains(Path.GetFileName(pair.First)), $"{pair.First}: {string.Join(' ', pair.Second.Faults)}"));
    }

    [Theory]
    [InlineData("activities-is-a-text", "line 6")]
    [InlineData("an-activity-is-a-number", "line 12")]
    [InlineData("bad-retries-and-timeout", "line 7|line 8")]
    [InlineData("empty-draft", "Missing property \"root\"")]
    [InlineData("literal-of-the-wrong-type", "line 10")]
    [InlineData("missing-id", "Missing property \"id\"")]
    [InlineData("no-type", "Missing property \"type\"")]
    [InlineData("root-is-a-list", "line 1")]
    [InlineData("unknown-language", "line 9")]
    [InlineData("unknown-type", "line 5")]
    public async Task What_is_wrong_is_marked_where_it_is(string file, string faults)
    {
        var answer = Assert.Single(await EditorLanguage.AskAsync(new EditorDocument(Repository.Read($"tests/workflows/invalid/{file}.json"))));
        Assert.All(faults.Split('|'), fault => Assert.Contains(answer.Faults, f => f.Contains(fault, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"root":{"type":"Dag.QueryDataset","id":"q"}}""", "Missing property \"sql\"")]
    [InlineData("""{"root":{"type":"Dag.ConvertToParquet","id":"c","source":"a","dataset":"b","mode":"Add"}}""", "\"Append\"")]
    [InlineData("""{"root":{"type":"Dag.ConvertToParquet","id":"c","source":"a","dataset":"b","maxRejected":2}}""", "maximum")]
    [InlineData("""{"root":{"type":"Elsa.Delay","id":"d","timeSpan":{"expression":{"type":"Literal","value":"5 minutes"}}}}""", "pattern")]
    [InlineData("""{"root":{"type":"Elsa.Start","id":"s","customProperties":{"runWhen":"sometimes"}}}""", "allDone")]
    [InlineData("""{"root":{"type":"Elsa.Cron","id":"c","customProperties":{"catchUp":{"mode":"all","limit":0}}}}""", "minimum")]
    [InlineData("""{"root":{"type":"Elsa.If","id":"i","then":{"type":"Elsa.Nothing","id":"n"}}}""", "Elsa.WriteLine")]
    public async Task An_input_or_setting_that_cannot_be_is_marked(string workflow, string fault)
    {
        var answer = Assert.Single(await EditorLanguage.AskAsync(new EditorDocument(workflow)));
        Assert.Contains(answer.Faults, f => f.Contains(fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"root":{"type":¦}}""", "\"Dag.ConvertToParquet\"", "", "new version of a dataset")]
    [InlineData("""{"root":{"type":"Elsa.Flowchart","id":"f","activities":[{"type":"Dag.ConvertToParquet","id":"c",¦}]}}""", "source", "\"Literal\"", "a pattern")]
    [InlineData("""{"root":{"type":"Elsa.If","id":"i","then":{"type":"Dag.TrainModel","id":"t",¦}}}""", "folds", "^\"value\": $1", "cross-validation")]
    [InlineData("""{"root":{"type":"Dag.ConvertToParquet","id":"c",¦}}""", "rows", "memoryReference", "How many rows")]
    [InlineData("""{"root":{"type":"Dag.ConvertToParquet","id":"c","mode":{"expression":{"type":"Literal","value":¦}}}}""", "\"Replace\"", "", "")]
    [InlineData("""{"root":{"type":"Dag.ConvertToParquet","id":"c","mode":¦}}""", "variable", "\"Variable\"", "")]
    [InlineData("""{"root":{"type":"Dag.ConvertToParquet","id":"c","mode":{"expression":{"type":¦}}}}""", "\"JavaScript\"", "", "JavaScript expression")]
    [InlineData("""{"root":{"type":"Dag.ConvertToParquet","id":"c","customProperties":{¦}}}""", "retries", "maxAttempts", "how often it is tried")]
    [InlineData("""{"root":{"type":"Elsa.Cron","id":"c","customProperties":{"catchUp":¦}}}""", "\"latest\"", "", "The latest one")]
    [InlineData("""{"root":{"type":"Elsa.Flowchart","id":"f","connections":[¦]}}""", "connection", "target", "")]
    [InlineData("""{"root":{"type":"Elsa.Switch","id":"s","cases":[{¦}]}}""", "condition", "", "Whether it holds")]
    [InlineData("""{"options":{"incidentStrategyType":¦}}""", "\"Dag.Propagate\"", "", "Other branches go on")]
    [InlineData("""{"variables":[{"typeName":¦}]}""", "\"Decimal\"", "", "for money")]
    [InlineData("""{¦}""", "root", "", "consists of")]
    public async Task What_can_stand_there_is_offered_with_what_it_means(string workflow, string label, string text, string about)
    {
        var answer = Assert.Single(await EditorLanguage.AskAsync(EditorDocument.At(workflow, '¦')));
        var offer = Assert.Single(answer.Offers, o => o.Label == label);
        Assert.Contains(text.TrimStart('^'), offer.Text, StringComparison.Ordinal);
        Assert.Contains(about, offer.About, StringComparison.Ordinal);
    }
}
