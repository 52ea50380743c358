using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Dag.Workflows.Scripts;

/// <summary>The text of a script, and what can be known of it without running it.</summary>
internal sealed partial class Script
{
    private ScriptContext? _lastContext;

    public Script(string source)
    {
        Source = source;
        Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)).AsSpan(0, 16));
        MayReadOutputs = OutputReaders.IsMatch(source);
    }

    public string Source { get; }

    /// <summary>The hash under which children keep it compiled.</summary>
    public string Id { get; }

    /// <summary>Whether it may read what activities put out.</summary>
    public bool MayReadOutputs { get; }

    /// <summary>The context in which it was evaluated last: mostly the one that it needs next.</summary>
    public ScriptContext? LastContext
    {
        get => Volatile.Read(ref _lastContext);
        set => Volatile.Write(ref _lastContext, value);
    }

    /// <summary>Whether the text holds a name, so that its value is worth sending along; values that are not sent are fetched.</summary>
    public bool Mentions(string name) => Source.Contains(name, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"getOutputFrom|getLastResult|get\w+From\w+|globalThis|\bthis\b")]
    private static partial Regex OutputReaders { get; }
}
