namespace Dag.Host.Web.Hooks;

/// <summary>What a body came to.</summary>
internal sealed class HookContent(HookUpload upload)
{
    /// <summary>The value of the body; null when there is none.</summary>
    public object? Value { get; set; }

    /// <summary>The files that came with it.</summary>
    public IReadOnlyList<object?> Files => upload.Files;

    /// <summary>The outcome that the endpoint leaves by, instead of the plain one; null for that.</summary>
    public string? Outcome { get; set; }

    /// <summary>Deletes the files: nobody will read them.</summary>
    public void Discard() => upload.Discard();
}
