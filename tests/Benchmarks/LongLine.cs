namespace Dag.Benchmarks;

/// <summary>What one part of a long run says.</summary>
/// <param name="What">One of the names below.</param>
/// <param name="Fraction">How far the run is, 0 to 1.</param>
/// <param name="Seconds">Since the process started, or what was measured took.</param>
/// <param name="SinceEngine">Since the engine was told to start.</param>
/// <param name="Managed">Managed memory after a collection, in bytes.</param>
/// <param name="Resident">Resident memory, in bytes.</param>
internal sealed record LongLine(string What, double Fraction, double Seconds, double SinceEngine, long Managed, long Resident)
{
    /// <summary>What is held at this point.</summary>
    public const string Held = "held";

    /// <summary>The run that was found has stored its next events.</summary>
    public const string GoesOn = "goes on";

    /// <summary>The run has faulted, and measures nothing.</summary>
    public const string Faulted = "faulted";

    /// <summary>The end of the journal was looked at.</summary>
    public const string Journal = "journal";
}
