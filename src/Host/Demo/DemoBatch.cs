namespace Dag.Host.Demo;

/// <summary>A file that arrives in the demo.</summary>
/// <param name="Name">The name that it gets in the inbox.</param>
/// <param name="What">What it is, for people.</param>
/// <param name="Write">Writes it to a path.</param>
internal sealed record DemoBatch(string Name, string What, Action<string> Write)
{
    /// <summary>
    /// Puts the file into the inbox at once: it is written under a name that does not count, and renamed when it is whole.
    /// </summary>
    /// <returns>Its size in bytes.</returns>
    public long PutInto(string inbox)
    {
        Directory.CreateDirectory(inbox);
        var target = Path.Combine(inbox, Name);
        var partial = target + ".part";
        Write(partial);
        File.Move(partial, target, overwrite: true);
        return new FileInfo(target).Length;
    }
}
