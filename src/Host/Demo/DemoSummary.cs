using Dag.Activities.Lake;
using Dag.Activities.Models;

namespace Dag.Host.Demo;

/// <summary>What the demo made, and where it is.</summary>
internal sealed class DemoSummary(IServiceProvider services, DemoTerminal terminal, string address, string folder)
{
    private const int MostShown = 20;

    private readonly DataLake _lake = services.GetRequiredService<DataLake>();
    private readonly ModelRegistry _registry = services.GetRequiredService<ModelRegistry>();

    /// <summary>Writes it.</summary>
    public async Task WriteAsync(IReadOnlyList<string> messages, TimeSpan took, bool once, CancellationToken cancellationToken)
    {
        terminal.Line();
        terminal.Line($"  {terminal.Strong("What was made")} {terminal.Dim($"in {TextLayout.Seconds(took)}")}");
        foreach (var dataset in await _lake.ListAsync(cancellationToken))
        {
            await WriteDatasetAsync(dataset.Dataset, cancellationToken);
        }

        foreach (var model in await _registry.ListAsync(cancellationToken))
        {
            await WriteModelAsync(model, cancellationToken);
        }

        WriteMessage(messages);
        WritePlaces();
        WriteNext(once);
    }

    private async Task WriteDatasetAsync(string dataset, CancellationToken cancellationToken)
    {
        terminal.Line();
        terminal.Line($"  dataset {terminal.Strong(dataset)}");
        Row(terminal.Dim, "version", "rows", "new", "size", "from");
        foreach (var version in (await _lake.ListVersionsAsync(dataset, MostShown, cancellationToken)).Reverse())
        {
            Row(
                t => t,
                $"@{version.Version}",
                TextLayout.Count(version.Rows),
                TextLayout.Count(version.AddedRows),
                TextLayout.Bytes(version.Bytes),
                string.Join(", ", version.Sources.Select(s => Path.GetFileName(s.Path))));
        }
    }

    private async Task WriteModelAsync(ModelSummary model, CancellationToken cancellationToken)
    {
        var versions = (await _registry.ListVersionsAsync(model.Model, MostShown, cancellationToken)).Reverse().ToList();
        var champion = await _registry.FindAliasAsync(model.Model, ModelRegistry.Champion, cancellationToken);
        var metric = versions[0].Metric.Key;
        terminal.Line();
        terminal.Line($"  model {terminal.Strong(model.Model)} {terminal.Dim($"predicts {versions[0].Target} from {string.Join(", ", versions[^1].Encoding.Columns.Select(c => c.Name))}")}");
        Row(terminal.Dim, "version", metric, "dummy", "better", "algorithm, trained on");
        foreach (var version in versions)
        {
            var (score, dummy) = (version.Metrics["test"][metric], version.DummyMetrics[metric]);
            Row(
                version.Version == champion ? terminal.Good : t => t,
                $"@{version.Version}",
                TextLayout.Figure(score),
                TextLayout.Figure(dummy),
                TextLayout.Share(version.Metric.Improvement(score, dummy)),
                $"{version.Algorithm}, {version.Dataset}{(version.Version == champion ? "  ← champion" : "")}");
        }

        var moves = await _registry.ListMovesAsync(model.Model, ModelRegistry.Champion, MostShown, cancellationToken);
        var history = string.Concat(moves.Reverse().Select(m => $" → @{m.Version} ({TextLayout.Share(m.Comparison?.Improvement ?? 0)} better than {m.Comparison?.Opponent})"));
        terminal.Line($"    {terminal.Dim("champion:")} none{history}");
    }

    private void WriteMessage(IReadOnlyList<string> messages)
    {
        if (messages.Count > 0)
        {
            terminal.Line();
            terminal.Line($"  message {terminal.Dim($"the last of {messages.Count}, sent to the log; Dag.Notify sends to Slack and webhooks as well")}");
            terminal.Wrapped("    ", "    ", messages[^1], t => t);
        }
    }

    private void WritePlaces()
    {
        terminal.Line();
        terminal.Line($"  files {terminal.Dim($"in {Path.GetFullPath(folder)}")}");
        Place("lake/", "datasets as Parquet, one folder for each version, with a manifest");
        Place("models/", "models as JSON (XGBoost's own format for xgboost), with metrics and schema");
        Place("metadata.db", "SQLite: workflows, the history of every run, the registry");
        Place("logs/", "JSON lines");
    }

    private void WriteNext(bool once)
    {
        terminal.Line();
        terminal.Line($"  {(once ? "next" : "try next")}");
        if (!once)
        {
            Place("another file", $"cp node_modules/vega-datasets/data/flights-5k.json {Path.Combine(folder, "inbox", "")}");
            Place("is it well", $"curl {address}/health");
        }

        Place("by hand", "./dag run workflows-json/retrain-on-new-data.json --input file=$PWD/node_modules/vega-datasets/data/flights-5k.json");
        Place("your own", "copy workflows-json/retrain-on-new-data.json, change it, ./dag validate FILE");
        terminal.Line();
    }

    private void Place(string what, string text) => terminal.Line($"    {what.PadRight(14)}{terminal.Dim(text)}");

    private void Row(Func<string, string> style, string first, string second, string third, string fourth, string last) =>
        terminal.Line(style($"    {first,-9}{second,10}{third,10}{fourth,10}   {last}"));
}
