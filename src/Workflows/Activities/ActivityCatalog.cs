using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Dag.Workflows.Composition;
using Dag.Workflows.ControlFlow;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Hooks;
using Dag.Workflows.Primitives;
using Dag.Workflows.Scripts;
using Dag.Workflows.Timers;

namespace Dag.Workflows.Activities;

/// <summary>All activity types that this service knows.</summary>
public sealed class ActivityCatalog
{
    private readonly Dictionary<string, ActivityDescriptor> _byType;

    /// <summary>The built-in activities and these classes.</summary>
    /// <param name="workAndTriggers">Classes derived from <see cref="WorkActivity"/> or <see cref="TriggerActivity"/>.</param>
    public ActivityCatalog(IEnumerable<Type> workAndTriggers)
    {
        _byType = BuiltIn().Select(DescriptorBuilder.Build)
            .Concat(workAndTriggers.Select(DescriptorBuilder.Build))
            .Select(DescriptorBuilder.Check)
            .ToDictionary(d => d.Type);
        NotFound = _byType["Elsa.NotFoundActivity"];
    }

    /// <summary>Every descriptor, by type name.</summary>
    public IReadOnlyCollection<ActivityDescriptor> All => _byType.Values;

    /// <summary>Evaluates the scripts of workflows.</summary>
    internal IScriptEngine Scripts { get; init; } = NoScriptEngine.Instance;

    /// <summary>Which versions of workflows are published.</summary>
    internal IPublishedWorkflows Workflows { get; init; } = NoPublishedWorkflows.Instance;

    /// <summary>Stands for a type that is not known.</summary>
    internal ActivityDescriptor NotFound { get; }

    /// <summary>The descriptor of a type; null when it is not known. A version that is not known falls back to the latest, as in Elsa.</summary>
    public ActivityDescriptor? Find(string type) => _byType.GetValueOrDefault(type);

    private static IEnumerable<ControlActivity> BuiltIn() =>
    [
        new WorkflowActivity(), new FlowchartActivity(), new NotFound(),
        new FlowDecision(), new FlowSwitch(), new FlowFork(), new FlowJoin(), new FlowNode(),
        new If(), new Switch(), new ForEach(), new ParallelForEach(), new For(), new While(), new Sequence(), new ControlFlow.Parallel(), new Fork(),
        new Start(), new End(), new Finish(), new Complete(), new Break(), new Fault(),
        new WriteLine(), new SetVariable(), new SetOutput(), new SetName(), new Correlate(),
        new Delay(), new Timers.Timer(), new Cron(), new StartAt(), new Event(), new PublishEvent(),
        new HttpEndpoint(), new WriteHttpResponse(),
        new ExecuteWorkflow(), new DispatchWorkflow(), new BulkDispatchWorkflows(),
        new RunJavaScript(),
    ];
}

/// <summary>Builds descriptors from activity classes.</summary>
internal static class DescriptorBuilder
{
    /// <summary>The output that every work activity has: why it failed, for what is connected to Failed.</summary>
    public const string FailedError = "Error";

    // What every activity has in workflow JSON, whatever its class says.
    private static readonly string[] CommonMembers = ["id", "nodeId", "name", "type", "version", "customProperties", "metadata"];

    public static ActivityDescriptor Build(ControlActivity activity)
    {
        var attribute = AttributeOf(activity.GetType());
        return new ActivityDescriptor
        {
            Type = attribute.Type,
            Version = attribute.Version,
            Category = attribute.Category,
            Description = attribute.Description,
            DisplayName = attribute.DisplayName ?? DisplayNameOf(attribute.Type),
            Kind = activity is TimerActivity or Event or HttpEndpoint ? ActivityKind.Trigger : ActivityKind.Control,
            Inputs = [.. activity.Inputs.Select(i => i.Descriptor)],
            Outputs = activity.Outputs,
            Outcomes = attribute.Outcomes,
            EmbeddedPorts = activity.EmbeddedPorts,
            IsBrowsable = activity.IsBrowsable,
            Implementation = activity.GetType(),
            Control = activity,
        };
    }

    public static ActivityDescriptor Build(Type type)
    {
        var attribute = AttributeOf(type);
        var isWork = type.IsSubclassOf(typeof(WorkActivity));
        if (!isWork && !type.IsSubclassOf(typeof(TriggerActivity)))
        {
            throw new ArgumentException($"{type} is neither a {nameof(WorkActivity)} nor a {nameof(TriggerActivity)}.", nameof(type));
        }

        return new ActivityDescriptor
        {
            Type = attribute.Type,
            Version = attribute.Version,
            Category = attribute.Category,
            Description = attribute.Description,
            DisplayName = attribute.DisplayName ?? DisplayNameOf(attribute.Type),
            Kind = isWork ? ActivityKind.Job : ActivityKind.Trigger,
            Inputs = InputsOf(type),
            Outputs = OutputsOf(type, isWork),
            ReadsVariables = attribute.ReadsVariables,
            EmbeddedPorts = isWork ? attribute.EmbeddedPorts : [],
            Cases = isWork ? CasesOf(type) : null,
            Outcomes = isWork && !attribute.Outcomes.Contains("Failed") ? [.. attribute.Outcomes, "Failed"] : attribute.Outcomes,
            Implementation = type,
        };
    }

    /// <summary>The descriptor, if its inputs and outputs can be told from what every activity has beside them in JSON.</summary>
    /// <exception cref="ArgumentException">One cannot.</exception>
    public static ActivityDescriptor Check(ActivityDescriptor descriptor) =>
        descriptor.Inputs.Select(i => i.JsonName).Concat(descriptor.Outputs.Select(o => o.JsonName)).FirstOrDefault(CommonMembers.Contains) is { } taken
            ? throw new ArgumentException($"{descriptor.Type}: every activity has a member '{taken}' of its own. Give the input or output another name.")
            : descriptor;

    // Work that leaves by Failed says why.
    private static OutputDescriptor[] OutputsOf(Type type, bool isWork)
    {
        OutputDescriptor[] declared =
        [
            .. from p in type.GetProperties()
               let output = p.GetCustomAttribute<OutputAttribute>()
               where output is not null
               select new OutputDescriptor(p.Name, p.PropertyType, output.Description),
        ];
        return !isWork || declared.Any(o => o.Name == FailedError) ? declared
            : [.. declared, new OutputDescriptor(FailedError, typeof(string), "Why it failed, when it leaves by Failed.")];
    }

    private static PortCases? CasesOf(Type type) => type.GetProperties()
        .Select(p => p.GetCustomAttribute<PortCasesAttribute>() is { } cases ? new PortCases(JsonNamingPolicy.CamelCase.ConvertName(p.Name), cases.NameMember) : null)
        .FirstOrDefault(c => c is not null);

    // What activities of a family share comes first, as the base class says it.
    private static IEnumerable<PropertyInfo> PropertiesOf(Type type) => type.GetProperties().OrderBy(p => p.DeclaringType == type ? 1 : 0);

    private static List<InputDescriptor> InputsOf(Type type)
    {
        var prototype = Prototype(type);
        return
        [
            .. from p in PropertiesOf(type)
               let isCases = p.GetCustomAttribute<PortCasesAttribute>() is not null
               let input = p.GetCustomAttribute<InputAttribute>()
               where input is not null
               let valueType = Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType
               select new InputDescriptor
               {
                   Name = p.Name,
                   Type = p.PropertyType,
                   Description = input.Description,
                   DefaultValue = prototype is null ? null : p.GetValue(prototype),
                   Suggested = input.Suggested,
                   Rules = [.. p.GetCustomAttributes<ValidationAttribute>()],
                   Required = p.GetCustomAttribute<RequiredAttribute>() is not null,
                   UIHint = input.UIHint,
                   Language = input.Language,
                   Options = input.Options.Length > 0 ? input.Options : valueType.IsEnum ? Enum.GetNames(valueType) : [],
                   OptionsFrom = input.OptionsFrom,
                   Category = input.Category,
                   Sensitive = input.Sensitive,
                   Wrapped = !isCases,
                   AutoEvaluate = !isCases,
               },
        ];
    }

    // Defaults are what the property initialisers say. Constructors of activities only keep their services, so none is needed here.
    private static object? Prototype(Type type)
    {
        var constructor = type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)[0];
        try
        {
            return constructor.Invoke(new object?[constructor.GetParameters().Length]);
        }
        catch (TargetInvocationException)
        {
            return null;
        }
    }

    private static ActivityAttribute AttributeOf(Type type) =>
        type.GetCustomAttribute<ActivityAttribute>() ?? throw new ArgumentException($"{type} has no [Activity] attribute.", nameof(type));

    private static string DisplayNameOf(string type)
    {
        var name = type[(type.LastIndexOf('.') + 1)..];
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append(' ');
            }

            text.Append(c);
        }

        return text.ToString();
    }
}
