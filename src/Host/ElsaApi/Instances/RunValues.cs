using Dag.Workflows.Running;
using Dag.Workflows.Values;

namespace Dag.Host.ElsaApi.Instances;

/// <summary>Values of runs as JSON can carry them. Secrets are not among them; what is kept apart for its size is named only.</summary>
internal static class RunValues
{
    /// <summary>Stands for a sensitive value that is no reference to a secret.</summary>
    public const string Masked = "••••••";

    public static object? Plain(object? value) => value is BlobReference blob
        ? blob.Value is null ? $"(a large value, kept as {blob.Hash[..12]})" : ValueCodec.ToPlain(blob.Value)
        : ValueCodec.ToPlain(value);

    public static Dictionary<string, object?> Plain(IEnumerable<KeyValuePair<string, object?>> values)
    {
        var plain = new Dictionary<string, object?>();
        foreach (var (name, value) in values)
        {
            plain[name] = Plain(value);
        }

        return plain;
    }

    /// <summary>What an execution was started with, under the names of its descriptor; sensitive values only as references.</summary>
    public static Dictionary<string, object?> InputsOf(TracedExecution execution)
    {
        var inputs = Plain(execution.Inputs);
        foreach (var input in execution.Node.Descriptor.Inputs.Where(i => i.Sensitive && inputs.ContainsKey(i.Name)))
        {
            inputs[input.Name] = inputs[input.Name] is string text && text.StartsWith(Secrets.Prefix, StringComparison.Ordinal) ? text : Masked;
        }

        return inputs;
    }
}
