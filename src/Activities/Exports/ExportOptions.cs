using System.ComponentModel.DataAnnotations;

namespace Dag.Activities.Exports;

/// <summary>Where exports may be written.</summary>
public sealed class ExportOptions
{
    /// <summary>What relative folders lie in, and where exports may always be written; default <c>exports</c> in the working folder; the
    /// service sets it to <c>exports</c> in its data folder.</summary>
    [Required]
    public string Folder { get; set; } = "exports";

    /// <summary>Further folders in which, and below which, exports may be written; default none.</summary>
    public IReadOnlyList<string> Roots { get; set; } = [];
}
