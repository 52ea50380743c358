namespace Dag.Activities.Sources;

/// <summary>How files that are ready together are shared out over runs.</summary>
internal enum FileBatching
{
    /// <summary>Each file starts a run of its own, oldest first.</summary>
    OneRunPerFile,

    /// <summary>All files that are ready at the same look start one run.</summary>
    OneRunForAll,
}
