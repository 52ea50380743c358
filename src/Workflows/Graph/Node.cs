using System.Text.Json;
using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Expressions;

namespace Dag.Workflows.Graph;

/// <summary>An activity in a validated workflow.</summary>
internal sealed class Node
{
    public required int Index { get; init; }

    public required ActivityDefinition Definition { get; init; }

    public required ActivityDescriptor Descriptor { get; init; }

    /// <summary>The path of ids from the workflow down, joined by colons; unique.</summary>
    public required string NodeId { get; init; }

    public required Node? Parent { get; init; }

    /// <summary>The workflow used as an activity that it belongs to; null in the workflow itself.</summary>
    public Node? Owner { get; init; }

    /// <summary>The member of the parent that holds it.</summary>
    public required string Port { get; init; }

    public string Id => Definition.Id;

    public string Type => Definition.Type;

    public ControlActivity? Control => Descriptor.Control;

    public bool IsWork => Descriptor.Kind == ActivityKind.Job;

    /// <summary>The members of its list of activities, in order.</summary>
    public IReadOnlyList<Node> Children { get; set; } = [];

    /// <summary>Expressions by input ordinal; null where none is given.</summary>
    public Expression?[] Inputs { get; set; } = [];

    /// <summary>Where outputs go: by output ordinal, the id of a variable or the name of a workflow output; null where nowhere.</summary>
    public string?[] OutputTargets { get; set; } = [];

    public IReadOnlyList<DeclaredVariable> Variables { get; set; } = [];

    /// <summary>The position among the activities of its list; -1 for an embedded one.</summary>
    public int Position { get; init; } = -1;

    /// <summary>What the activity prepared of its definition.</summary>
    public object? Compiled { get; set; }

    public WorkSettings Work { get; set; } = WorkSettings.Default;

    /// <summary>Whether evaluating the inputs may leave the thread.</summary>
    public bool HasScripts { get; set; }

    /// <summary>The path as JSON text, ready to be written.</summary>
    public JsonEncodedText EncodedNodeId => field.Value.Length > 0 ? field : field = JsonEncodedText.Encode(NodeId);

    public IReadOnlyDictionary<string, Node> Ports { get; set; } = NoPorts;

    /// <summary>The names of the cases that it lists, in order, those without an activity included.</summary>
    public IReadOnlyList<string> Cases { get; set; } = [];

    /// <summary>The embedded activity of a port; null when it is empty.</summary>
    public Node? PortOrNull(string name) => Ports.GetValueOrDefault(name);

    public override string ToString() => $"{Type} '{NodeId}'";

    private static readonly Dictionary<string, Node> NoPorts = [];
}

/// <summary>A variable that a container declares, with its initial value already of its type; <see cref="object"/> takes any.</summary>
internal readonly record struct DeclaredVariable(string Id, string Name, Type Type, object? Initial);
