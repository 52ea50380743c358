namespace Dag.Host.WorkflowFiles;

/// <summary>What an import found.</summary>
/// <param name="Folder">The folder's full path.</param>
/// <param name="Problem">Why the folder could not be read; null when it could.</param>
/// <param name="Files">Its files, with what is wrong with each.</param>
/// <param name="At">When it was imported.</param>
internal sealed record FolderReport(string Folder, string? Problem, IReadOnlyList<WorkflowFile> Files, DateTimeOffset At)
{
    /// <summary>How many files were not imported because of faults.</summary>
    public int Refused => Files.Count(f => f.Faults.Count > 0);

    /// <summary>Whether all of it was imported.</summary>
    public bool IsFaultless => Problem is null && Refused == 0;
}
