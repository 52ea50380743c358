namespace Dag.Workflows.Flowcharts;

/// <summary>How flowcharts decide where branches meet; chosen for each run.</summary>
public enum FlowchartMode
{
    /// <summary>Connections are counted, and dead paths are skipped: an activity waits for all branches that are taken. The default.</summary>
    Counter,

    /// <summary>Tokens travel along connections, and an activity's <c>mergeMode</c> says what it does with them.</summary>
    Token,
}

/// <summary>The mode as it stands among the properties of an Elsa workflow instance.</summary>
public static class FlowchartModes
{
    /// <summary>The name of the property.</summary>
    public const string Property = "Flowchart:ExecutionMode";

    /// <summary>The mode of a property's value: <c>TokenBased</c>, <c>CounterBased</c> or <c>Default</c> in any case, or Elsa's number for it.</summary>
    /// <returns>Null when it is none of these; Elsa then uses its default.</returns>
    public static FlowchartMode? Parse(object? value) => value switch
    {
        string text when text.Equals("TokenBased", StringComparison.OrdinalIgnoreCase) => FlowchartMode.Token,
        string text when text.Equals("CounterBased", StringComparison.OrdinalIgnoreCase) || text.Equals("Default", StringComparison.OrdinalIgnoreCase) => FlowchartMode.Counter,
        1 or 1L or "1" => FlowchartMode.Token,
        0 or 2 or 0L or 2L or "0" or "2" => FlowchartMode.Counter,
        _ => null,
    };
}
