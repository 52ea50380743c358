namespace Dag.Host.Data;

/// <summary>A data folder cannot be used. The message names the folder, the reason and the fix.</summary>
internal sealed class DataFolderException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Another process holds the folder.</summary>
    public bool IsInUse { get; init; }

    /// <summary>Who holds the folder, when that is the reason and the holder has said so.</summary>
    public ServerInfo? Holder { get; init; }
}
