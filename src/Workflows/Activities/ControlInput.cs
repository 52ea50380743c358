namespace Dag.Workflows.Activities;

/// <summary>An input of a control activity. Declared once per class, as a static field.</summary>
internal abstract class ControlInput
{
    public abstract InputDescriptor Descriptor { get; }

    /// <summary>The position among the activity's inputs; set when the activity declares them.</summary>
    public int Ordinal { get; set; } = -1;
}

/// <summary>An input whose value has this type.</summary>
internal sealed class ControlInput<T>(string name, string description) : ControlInput
{
    /// <summary>The value when none is given.</summary>
    public T? Default { get; init; }

    /// <summary>False when the activity evaluates it itself, when and as often as it likes.</summary>
    public bool AutoEvaluate { get; init; } = true;

    /// <summary>False for a bare member without an expression.</summary>
    public bool Wrapped { get; init; } = true;

    /// <summary>Whether a value must be given for the workflow to be published.</summary>
    public bool Required { get; init; }

    public string? UIHint { get; init; }

    /// <summary>The values to choose from; default: the names of an enum.</summary>
    public string[]? Options { get; init; }

    /// <summary>Whether it is a secret: only a reference to one is kept.</summary>
    public bool Sensitive { get; init; }

    public override InputDescriptor Descriptor => field ??= new InputDescriptor
    {
        Name = name,
        Description = description,
        Type = typeof(T),
        DefaultValue = Default,
        Required = Required,
        AutoEvaluate = AutoEvaluate,
        Wrapped = Wrapped,
        UIHint = UIHint,
        Options = Options ?? (typeof(T).IsEnum ? Enum.GetNames(typeof(T)) : []),
        Sensitive = Sensitive,
    };
}
