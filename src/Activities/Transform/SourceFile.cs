using Dag.Activities.Lake;

namespace Dag.Activities.Transform;

/// <summary>A file to convert.</summary>
internal sealed record SourceFile(string Path, SourceFormat Format, bool Gzip, long Bytes, DateTimeOffset ModifiedAt)
{
    public string Name => System.IO.Path.GetFileName(Path);

    public bool IsDelimited => Format is SourceFormat.Csv or SourceFormat.Tsv;

    public bool IsJson => Format is SourceFormat.Json or SourceFormat.Jsonl;

    public DatasetSource ToSource() => new(Path, Bytes, ModifiedAt);
}
