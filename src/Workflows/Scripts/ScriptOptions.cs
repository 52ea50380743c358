namespace Dag.Workflows.Scripts;

/// <summary>How scripts are evaluated.</summary>
public sealed record ScriptOptions
{
    /// <summary>How many child processes evaluate at once; they are started when they are first needed. 0 means 2, or 1 on a machine with one processor. Default 0.</summary>
    public int Children { get; init; }

    /// <summary>How much memory a script may use, in megabytes. Default 64.</summary>
    public int MemoryMegabytes { get; init; } = 64;

    /// <summary>How long an evaluation may take. Default 1 second.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long after the time limit a child that does not stop its script itself is killed. Default 1 second.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a child may take to start, or to compile a script. Default 20 seconds.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>After how many evaluations a child is replaced. Default 1,000,000.</summary>
    public int EvaluationsPerChild { get; init; } = 1_000_000;

    /// <summary>The Node.js program. Default <c>node</c>, found on the path.</summary>
    public string NodePath { get; init; } = "node";

    /// <summary>
    /// The folder <c>node_modules</c> that holds quickjs-emscripten-core. Default: the variable DAG_NODE_MODULES, else the first one found
    /// from the program's folder upwards.
    /// </summary>
    public string? ModulesFolder { get; init; }

    internal int ChildCount => Children > 0 ? Children : Math.Min(2, Environment.ProcessorCount);
}
