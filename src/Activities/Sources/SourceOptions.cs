namespace Dag.Activities.Sources;

/// <summary>Where sources are looked for.</summary>
public sealed class SourceOptions
{
    /// <summary>What relative folders are relative to; default the working folder; the service sets it to its data folder.</summary>
    public string Folder { get; set; } = ".";
}
