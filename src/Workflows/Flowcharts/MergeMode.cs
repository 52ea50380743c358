namespace Dag.Workflows.Flowcharts;

/// <summary>
/// What an activity does in token mode with the tokens that arrive over its connections; <c>customProperties.mergeMode</c>. In Elsa's order,
/// because Elsa also reads numbers.
/// </summary>
internal enum MergeMode
{
    /// <summary>As <see cref="Stream"/>.</summary>
    None,

    /// <summary>Runs at a token unless another one is on its way to an activity just before it. Untaken paths do not hold it.</summary>
    Stream,

    /// <summary>Runs when tokens are on all forward connections.</summary>
    Merge,

    /// <summary>Runs when tokens are on all connections, backward ones included.</summary>
    Converge,

    /// <summary>Runs at the first token; one later token of each other connection is let pass.</summary>
    Cascade,

    /// <summary>As <see cref="Cascade"/>, and what still runs before it is cancelled.</summary>
    Race,
}
