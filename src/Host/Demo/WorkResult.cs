using Dag.Activities.Lake;
using Dag.Activities.Models;
using Dag.Workflows.Running;
using Dag.Workflows.Values;

namespace Dag.Host.Demo;

/// <summary>What a piece of work did, in figures, on one line.</summary>
/// <param name="Text">The line.</param>
/// <param name="Failed">Whether it failed.</param>
internal sealed record WorkResult(string Text, bool Failed = false)
{
    /// <summary>What it should be known for besides.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The message that it sent, if it sent one.</summary>
    public string? Message { get; init; }

    /// <summary>The result of work that has ended.</summary>
    /// <param name="changed">The work with its outputs.</param>
    /// <param name="lastMessage">The last that it said of itself; used for types without a line of their own.</param>
    public static WorkResult Of(WorkChanged changed, string? lastMessage)
    {
        var outputs = new Outputs(changed.Outputs);
        return changed.Work switch
        {
            { Status: not "Completed" } work => new WorkResult(work.Error ?? work.Status.ToLowerInvariant(), Failed: true),
            { Type: "Dag.Notify" } => Notified(outputs),
            _ when outputs.Get<string>("Error") is { } error => new WorkResult(error, Failed: true),
            { Type: "Dag.ConvertToParquet" } => Converted(outputs),
            { Type: "Dag.TrainModel" } => Trained(outputs),
            { Type: "Dag.PromoteModel" } => Promoted(outputs),
            _ => new WorkResult(lastMessage ?? "done"),
        };
    }

    private static WorkResult Converted(Outputs o) => new(
        $"{o.Get<DatasetReference>("Result")}: {TextLayout.Count(o.Number("Rows"))} rows, {TextLayout.Count(o.Number("NewRows"))} of them new, "
        + $"{TextLayout.Count(o.Number("RejectedRows"))} rejected, {TextLayout.Bytes(o.Number("Bytes"))} of Parquet");

    private static WorkResult Trained(Outputs o)
    {
        var metrics = o.Get<IReadOnlyDictionary<string, double>>("Metrics")!;
        var dummy = o.Get<IReadOnlyDictionary<string, double>>("DummyMetrics")!;
        var key = metrics.ContainsKey("rmse") ? "rmse" : metrics.Keys.First();
        return new WorkResult(
            $"{o.Get<ModelReference>("ModelVersion")}: {o.Get<string>("Algorithm")}, {key} {TextLayout.Figure(metrics[key])} "
            + $"(dummy {TextLayout.Figure(dummy[key])}), {TextLayout.Count(o.Number("Rows"))} rows")
        {
            Notes = o.Get<IReadOnlyList<string>>("Notes") ?? [],
        };
    }

    private static WorkResult Promoted(Outputs o)
    {
        var before = o.Get<ModelReference>("ChampionBefore");
        var (better, key) = (o.Number("Improvement"), o.Get<string>("DecidedBy"));
        var figures = $"{key} {TextLayout.Figure(o.Number("Score"))} against {TextLayout.Figure(o.Number("ChampionScore"))} of {before?.ToString() ?? "the dummy"}, "
            + $"{(better == 0 ? "no better" : $"{TextLayout.Share(Math.Abs(better))} {(better > 0 ? "better" : "worse")}")} on "
            + $"{TextLayout.Count(o.Number("Rows"))} held-out rows";
        return new WorkResult(o.Get<bool>("Promoted") ? $"new champion: {figures}"
            : $"{(before is null ? "no champion yet" : $"{before} stays champion")}: {figures}");
    }

    private static WorkResult Notified(Outputs o)
    {
        var text = o.Get<string>("Text") ?? "";
        return o.Get<bool>("Delivered") ? new WorkResult($"“{text}”") { Message = text }
            : new WorkResult($"not delivered: {o.Get<string>("Error")}", Failed: true);
    }

    private sealed class Outputs(IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        private readonly Dictionary<string, object?> _values = values.ToDictionary(v => v.Key, v => v.Value, StringComparer.OrdinalIgnoreCase);

        public T? Get<T>(string name) => _values.GetValueOrDefault(name) is { } value ? (T?)ValueConverter.Convert(value, typeof(T)) : default;

        public double Number(string name) => Get<double>(name);
    }
}
