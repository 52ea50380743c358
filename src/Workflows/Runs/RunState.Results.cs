using System.Text.Json;
using Dag.Workflows.Graph;
using Dag.Workflows.Values;

namespace Dag.Workflows.Runs;

/// <summary>
/// What activities put out last, for scripts that ask. Kept only for workflows that have such scripts; unlike Elsa's register it lives as
/// long as the run.
/// </summary>
internal sealed partial class RunState
{
    private readonly Dictionary<string, Dictionary<string, object?>>? _results = graph.Scripts is { UsesOutputs: true } ? [] : null;

    /// <summary>The last value of an output named Result; null also when nothing keeps it.</summary>
    public object? LastResult { get; private set; }

    /// <summary>What an activity gave one of its outputs last.</summary>
    public bool FindOutput(Node node, string output, out object? value)
    {
        value = null;
        return _results?.GetValueOrDefault(node.NodeId)?.TryGetValue(output, out value) == true;
    }

    private void KeepOutputs(Node node, IReadOnlyList<KeyValuePair<string, object?>> outputs)
    {
        if (_results is null || outputs.Count == 0)
        {
            return;
        }

        if (!_results.TryGetValue(node.NodeId, out var kept))
        {
            _results[node.NodeId] = kept = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        }

        foreach (var (name, value) in outputs)
        {
            kept[name] = value;
            LastResult = name.Equals("Result", StringComparison.OrdinalIgnoreCase) ? value : LastResult;
        }
    }

    private IEnumerable<object?> KeptOutputs() => _results is null ? [] : _results.Values.SelectMany(r => r.Values).Append(LastResult);

    private void WriteResults(Utf8JsonWriter writer)
    {
        if (_results is null)
        {
            return;
        }

        writer.WriteStartObject("results");
        foreach (var (nodeId, outputs) in _results)
        {
            writer.WritePropertyName(nodeId);
            WriteValues(writer, outputs);
        }

        writer.WriteEndObject();
        writer.WritePropertyName("result");
        ValueCodec.Write(writer, LastResult);
    }

    private void ReadResults(JsonElement root)
    {
        if (_results is null || !root.TryGetProperty("results", out var results))
        {
            return;
        }

        foreach (var node in results.EnumerateObject())
        {
            KeepOutputs(FindNode(node.Name), [.. node.Value.EnumerateObject().Select(o => KeyValuePair.Create(o.Name, ValueCodec.Read(o.Value)))]);
        }

        LastResult = ValueCodec.Read(root.GetProperty("result"));
    }
}
