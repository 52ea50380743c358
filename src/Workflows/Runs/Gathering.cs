namespace Dag.Workflows.Runs;

/// <summary>Gathers items into an array that is handed over as it is when it is full: one that is as long as was expected is never copied.</summary>
internal sealed class Gathering<T>
{
    private T[] _items = [];

    public int Count { get; private set; }

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count == 0 ? 1 : Math.Max(4, Count * 2));
        }

        _items[Count++] = item;
    }

    /// <summary>Makes room for so many more, and no more.</summary>
    public void Expect(int count)
    {
        if (Count + count > _items.Length)
        {
            Array.Resize(ref _items, Count + count);
        }
    }

    /// <summary>The items; it is then empty.</summary>
    public T[] Take()
    {
        if (Count == 0)
        {
            return [];
        }

        var taken = _items;
        if (Count == taken.Length)
        {
            _items = [];
            Count = 0;
            return taken;
        }

        taken = taken[..Count];
        Clear();
        return taken;
    }

    public void Clear()
    {
        Array.Clear(_items, 0, Count);
        Count = 0;
    }
}
