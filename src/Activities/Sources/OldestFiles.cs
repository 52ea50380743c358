namespace Dag.Activities.Sources;

/// <summary>Keeps the oldest of any number of files, in memory bounded by how many it keeps.</summary>
internal sealed class OldestFiles(int most)
{
    // The youngest is on top: it is the one that an older file drives out.
    private readonly PriorityQueue<ArrivingFile, ArrivingFile> _files = new(Comparer<ArrivingFile>.Create((a, b) => ArrivingFile.Oldest.Compare(b, a)));

    /// <summary>Whether files were left out.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Keeps the file, unless as many older ones are kept already.</summary>
    public void Add(ArrivingFile file)
    {
        if (_files.Count < most)
        {
            _files.Enqueue(file, file);
            return;
        }

        _files.EnqueueDequeue(file, file);
        Overflowed = true;
    }

    /// <summary>What was kept, oldest first.</summary>
    public IReadOnlyList<ArrivingFile> Take()
    {
        var files = new ArrivingFile[_files.Count];
        for (var i = files.Length - 1; i >= 0; i--)
        {
            files[i] = _files.Dequeue();
        }

        return files;
    }
}
