using Dag.Host.Data;
using Dag.Host.Hosting;
using Dag.Workflows.Definitions;
using Dag.Workflows.Running;
using Dag.Workflows.Storage;

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

    /// <summary>The code of what a verb refuses with a sentence for its user; null when it is nothing that was foreseen.</summary>
    public static int? Of(Exception exception) => exception switch
    {
        UsageException or DataFolderException or DefinitionException or MetadataUnavailableException or MigrationException => Unusable,
        StartRefusedException => Failed,
        _ => null,
    };
}
