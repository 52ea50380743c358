namespace Dag.Host.Cli;

/// <summary>What a verb tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Ok = 0;

    /// <summary>The run faulted or was cancelled.</summary>
    public const int Failed = 1;

    /// <summary>What was given cannot be used: wrong usage, an unreadable definition, a data folder in use.</summary>
    public const int Unusable = 2;

    /// <summary>The run waits for something that will not come.</summary>
    public const int Suspended = 3;
}
