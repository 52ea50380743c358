using System.Text.Json;
using Dag.Workflows.Activities;
using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;
using Dag.Workflows.Expressions;
using Dag.Workflows.Scripts;
using Dag.Workflows.Values;

namespace Dag.Workflows.Graph;

/// <summary>Turns what the user wrote into what can run: every activity gets its descriptor, expressions and place.</summary>
internal sealed partial class GraphCompiler
{
    private readonly ActivityCatalog _catalog;
    private readonly WorkflowLinks _links;
    private readonly List<Node> _nodes = [];
    private readonly HashSet<string> _nodeIds = [];
    private readonly Dictionary<(Node, JsonElement), Node> _embedded = [];
    private readonly List<ScriptUse> _scripts = [];

    private readonly UnknownTypes _unknownTypes;

    private GraphCompiler(ActivityCatalog catalog, WorkflowLinks? links)
    {
        _catalog = catalog;
        _links = links ?? WorkflowLinks.None;
        _unknownTypes = new UnknownTypes(catalog, _links.KnownTypes);
    }

    /// <summary>What is wrong so far.</summary>
    public List<DefinitionFault> Faults { get; } = [];

    /// <summary>Compiles a definition to run it.</summary>
    /// <exception cref="DefinitionException">It cannot run at all; every fault is listed.</exception>
    public static WorkflowGraph Compile(WorkflowDefinition definition, ActivityCatalog catalog, WorkflowLinks? links = null)
    {
        var compiler = new GraphCompiler(catalog, links);
        var graph = compiler.CompileWorkflow(definition);
        var fatal = compiler.Faults.Where(f => !f.AllowedInRun).ToList();
        return fatal.Count == 0 ? graph : throw new DefinitionException(compiler.Faults);
    }

    /// <summary>All that is wrong with a definition; empty when it can be published.</summary>
    public static IReadOnlyList<DefinitionFault> Validate(WorkflowDefinition definition, ActivityCatalog catalog, WorkflowLinks? links = null)
    {
        var compiler = new GraphCompiler(catalog, links);
        if (definition.Root is null)
        {
            return [new DefinitionFault(definition.Name, "The workflow is empty.", "Give it a root activity.")];
        }

        var graph = compiler.CompileWorkflow(definition);
        GraphValidator.Validate(graph, catalog, compiler.Faults);
        return compiler.Faults;
    }

    /// <summary>As <see cref="Validate"/>, and scripts are compiled, which they must be elsewhere.</summary>
    public static async ValueTask<IReadOnlyList<DefinitionFault>> ValidateAsync(
        WorkflowDefinition definition, ActivityCatalog catalog, WorkflowLinks links, CancellationToken cancellationToken) =>
        (await ExamineAsync(definition, catalog, links, cancellationToken)).Faults;

    /// <summary>As <see cref="ValidateAsync"/>, with the graph as far as it could be compiled; null for an empty workflow.</summary>
    public static async ValueTask<(WorkflowGraph? Graph, IReadOnlyList<DefinitionFault> Faults)> ExamineAsync(
        WorkflowDefinition definition, ActivityCatalog catalog, WorkflowLinks links, CancellationToken cancellationToken)
    {
        if (definition.Root is null)
        {
            return (null, Validate(definition, catalog));
        }

        var compiler = new GraphCompiler(catalog, links);
        var graph = compiler.CompileWorkflow(definition);
        GraphValidator.Validate(graph, catalog, compiler.Faults);
        await ScriptValidator.ValidateAsync(compiler._scripts, catalog.Scripts, compiler.Faults, cancellationToken);
        return (graph, compiler.Faults);
    }

    /// <summary>Which versions of workflows are published when it runs.</summary>
    public IPublishedWorkflows Workflows => _catalog.Workflows;

    /// <summary>Evaluates scripts.</summary>
    public IScriptEngine Scripts => _catalog.Scripts;

    /// <summary>The connections of a flowchart.</summary>
    public IEnumerable<ConnectionDefinition> Connections(Node node) => DefinitionReader.Connections(node.Definition.Member("connections"));

    /// <summary>Compiles an expression of an activity.</summary>
    public Expression CompileExpression(Node node, string inputName, JsonElement expression, Type type)
    {
        var compiled = ExpressionCompiler.Compile(expression, type, _catalog.Scripts);
        Check(node, inputName, compiled);
        return compiled;
    }

    /// <summary>Adds a script that an activity runs itself.</summary>
    /// <param name="node">The activity.</param>
    /// <param name="inputName">The input that holds it.</param>
    /// <param name="source">Its text; null when it is only known when it runs.</param>
    public Script? AddScript(Node node, string inputName, string? source)
    {
        node.HasScripts = true;
        var script = source is null ? null : new Script(source);
        _scripts.Add(new ScriptUse(node, inputName, script));
        return script;
    }

    /// <summary>The node of an activity that is embedded deeper than in a port.</summary>
    public Node? Embedded(Node parent, JsonElement activity) =>
        _embedded.FirstOrDefault(e => e.Key.Item1 == parent && JsonMembers.Text(e.Key.Item2, "id") == JsonMembers.Text(activity, "id")).Value;

    private WorkflowGraph CompileWorkflow(WorkflowDefinition definition)
    {
        AddWorkflow(definition, null, definition.Name);
        foreach (var node in _nodes.ToArray())
        {
            node.Compiled = node.Control?.Compile(node, this);
        }

        var scripts = _scripts.Count == 0 ? null : new GraphScripts(definition, _nodes, [.. _scripts.Select(s => s.Script)]);
        return new WorkflowGraph(definition, _nodes, Faults, scripts) { References = [.. _references] };
    }

    private Node Add(ActivityDefinition definition, Node parent, string port, int position)
    {
        var descriptor = _catalog.Find(definition.Type);
        var used = descriptor is null ? FindWorkflow(definition) : null;
        descriptor ??= used?.Descriptor;
        var node = new Node
        {
            Index = _nodes.Count,
            Definition = definition,
            Descriptor = descriptor ?? _catalog.NotFound,
            NodeId = UniqueId(definition, parent, port),
            Parent = parent,
            Port = port,
            Position = position,
            Owner = _owner,
        };
        _nodes.Add(node);
        if (descriptor is null)
        {
            Faults.Add(_unknownTypes.FaultOf(node));
            return node;
        }

        AddEmbedded(node, descriptor);
        CompileInputs(node, descriptor);
        node.OutputTargets = [.. descriptor.Outputs.Select(o => JsonMembers.Text(JsonMembers.Get(definition.Member(o.JsonName), "memoryReference"), "id"))];
        node.Variables = Declare(DefinitionReader.Variables(definition.Member("variables")), node.NodeId);
        node.Work = WorkSettingsReader.Read(node, Faults);
        if (used is not null)
        {
            AddWorkflow(node, used);
        }

        return node;
    }

    private void AddEmbedded(Node node, ActivityDescriptor descriptor)
    {
        var control = descriptor.Control;
        if (control?.ChildrenMember is { } member)
        {
            var children = new List<Node>();
            var list = node.Definition.Member(member);
            if (list.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object) && !list.IsMissing())
            {
                Faults.Add(new DefinitionFault(node.NodeId, $"\"{member}\" is {KindOf(list)}.", "It must be a list of activities."));
            }

            foreach (var child in JsonMembers.Items(list))
            {
                if (child.IsObject())
                {
                    children.Add(Add(DefinitionReader.Activity(child), node, member, children.Count));
                }
                else
                {
                    Faults.Add(new DefinitionFault(node.NodeId, $"\"{member}\" holds {KindOf(child)}.", "Its items must be activities, which are objects."));
                }
            }

            node.Children = children;
        }

        var ports = new Dictionary<string, Node>(StringComparer.OrdinalIgnoreCase);
        foreach (var port in descriptor.EmbeddedPorts)
        {
            var embedded = node.Definition.Member(port);
            if (embedded.IsObject())
            {
                ports[port] = Add(DefinitionReader.Activity(embedded), node, port, -1);
            }
            else if (!embedded.IsMissing())
            {
                Faults.Add(new DefinitionFault(node.NodeId, $"\"{port}\" is {KindOf(embedded)}.", "It must be one activity, which is an object."));
            }
        }

        AddCases(node, descriptor.Cases, ports);
        node.Ports = ports;
        foreach (var embedded in control?.EmbeddedActivities(node.Definition) ?? [])
        {
            _embedded[(node, embedded.Source)] = Add(embedded, node, "cases", -1);
        }
    }

    // The first of several cases with one name counts, as in Elsa.
    private void AddCases(Node node, PortCases? cases, Dictionary<string, Node> ports)
    {
        if (cases is null)
        {
            return;
        }

        var names = new List<string>();
        foreach (var item in JsonMembers.Items(node.Definition.Member(cases.Member)))
        {
            if (JsonMembers.Text(item, cases.NameMember) is not { Length: > 0 } name)
            {
                Faults.Add(new DefinitionFault(node.NodeId, $"A case of \"{cases.Member}\" has no \"{cases.NameMember}\".", "Give it one, or take the case away.") { AllowedInRun = true });
                continue;
            }

            names.Add(name);
            if (JsonMembers.Get(item, "activity") is var activity && activity.IsObject())
            {
                ports.TryAdd(name, Add(DefinitionReader.Activity(activity), node, cases.Member, -1));
            }
        }

        node.Cases = names;
    }

    private void CompileInputs(Node node, ActivityDescriptor descriptor)
    {
        node.Inputs = new Expression?[descriptor.Inputs.Count];
        for (var i = 0; i < descriptor.Inputs.Count; i++)
        {
            var input = descriptor.Inputs[i];
            if (!input.Wrapped && !input.AutoEvaluate)
            {
                continue;
            }

            if (ExpressionCompiler.CompileInput(node.Definition.Member(input.JsonName), input, _catalog.Scripts) is { } expression)
            {
                node.Inputs[i] = expression;
                Check(node, input.Name, expression);
            }
        }
    }

    private void Check(Node node, string inputName, Expression expression)
    {
        node.HasScripts |= expression.IsScript;
        switch (expression)
        {
            case ConstantExpression { Error: { } error }:
                Faults.Add(new DefinitionFault(node.NodeId, $"Input '{inputName}': {error}", "Correct the value.") { AllowedInRun = true });
                break;
            case DictionaryExpression { Members: var members }:
                foreach (var (name, member) in members)
                {
                    Check(node, $"{inputName}.{name}", member);
                }

                break;
            case ScriptExpression { Script: var script }:
                _scripts.Add(new ScriptUse(node, inputName, script));
                break;
            case UnknownExpression { Language: var language }:
                Faults.Add(new DefinitionFault(
                    node.NodeId,
                    $"Input '{inputName}' is an expression in '{language}', which is not known here.",
                    $"Use one of {string.Join(", ", ExpressionCompiler.Languages)}.")
                { AllowedInRun = true });
                break;
        }
    }

    private DeclaredVariable[] Declare(IEnumerable<VariableDefinition> variables, string place) =>
    [
        .. variables.Select(v => new DeclaredVariable(v.Id, v.Name, TypeAliases.Resolve(v.TypeName, v.IsArray), Initial(v, place))),
    ];

    private object? Initial(VariableDefinition variable, string place)
    {
        if (variable.Value.IsMissing() || variable.Value is { ValueKind: JsonValueKind.String } text && text.GetString()!.Length == 0)
        {
            return null;
        }

        try
        {
            return ValueConverter.Convert(variable.Value, TypeAliases.Resolve(variable.TypeName, variable.IsArray));
        }
        catch (FormatException e)
        {
            Faults.Add(new DefinitionFault(place, $"Variable '{variable.Name}': {e.Message}", "Correct its value or its type.") { AllowedInRun = true });
            return null;
        }
    }

    private static string KindOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private string UniqueId(ActivityDefinition definition, Node parent, string port)
    {
        var id = definition.Id;
        if (id.Length == 0)
        {
            Faults.Add(new DefinitionFault(parent.NodeId, $"An activity of type '{definition.Type}' in '{port}' has no id.", "Give it an id that is unique in its container."));
        }

        var nodeId = $"{parent.NodeId}:{id}";
        if (_nodeIds.Add(nodeId))
        {
            return nodeId;
        }

        Faults.Add(new DefinitionFault(nodeId, $"Two activities of '{parent.NodeId}' have the id '{id}'.", "Rename one of them; connections name activities by id."));
        for (var i = 2; ; i++)
        {
            if (_nodeIds.Add($"{nodeId}~{i}"))
            {
                return $"{nodeId}~{i}";
            }
        }
    }
}
