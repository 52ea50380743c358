using System.ComponentModel.DataAnnotations;

namespace Dag.Activities.Lake;

/// <summary>Where the lake is.</summary>
public sealed class LakeOptions
{
    /// <summary>The folder; default <c>lake</c> in the working folder; the service sets it to <c>lake</c> in its data folder.</summary>
    [Required]
    public string Folder { get; set; } = "lake";
}
