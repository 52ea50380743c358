using System.Collections;

namespace Dag.Workflows.Runs;

/// <summary>
/// Open executions by id. Ids are given in order and most executions end soon, so they lie in small pages of neighbours that come and go: no
/// hashing for most of the looking up, and no large tables for many.
/// </summary>
internal sealed class ExecutionTable : IReadOnlyCollection<Execution>
{
    private const int PageBits = 6;
    private const int PageMask = (1 << PageBits) - 1;

    private readonly Dictionary<long, Page> _pages = [];
    private Page? _latest;
    private Page? _spare;

    public int Count { get; private set; }

    /// <summary>The execution with this id; null when it is not open.</summary>
    public Execution? Find(long id) => PageOf(id >> PageBits)?.Items[id & PageMask];

    public void Add(Execution execution)
    {
        var key = execution.Id >> PageBits;
        var page = PageOf(key);
        if (page is null)
        {
            page = _latest = _spare ?? new Page();
            _spare = null;
            page.Key = key;
            _pages.Add(key, page);
        }

        ref var place = ref page.Items[execution.Id & PageMask];
        if (place is not null)
        {
            throw new InvalidDataException($"Execution {execution.Id} is open already. The history is damaged.");
        }

        place = execution;
        page.Count++;
        Count++;
    }

    public void Remove(long id)
    {
        if (PageOf(id >> PageBits) is not { } page || page.Items[id & PageMask] is null)
        {
            return;
        }

        page.Items[id & PageMask] = null;
        Count--;
        if (--page.Count == 0)
        {
            _pages.Remove(page.Key);
            _spare = page;
            _latest = null;
        }
    }

    public void Clear()
    {
        _pages.Clear();
        _latest = _spare = null;
        Count = 0;
    }

    /// <summary>In the order of their ids.</summary>
    public IEnumerator<Execution> GetEnumerator() =>
        _pages.OrderBy(p => p.Key).SelectMany(p => p.Value.Items).OfType<Execution>().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Page? PageOf(long key)
    {
        if (_latest is { } latest && latest.Key == key)
        {
            return latest;
        }

        return _pages.TryGetValue(key, out var page) ? _latest = page : null;
    }

    private sealed class Page
    {
        public long Key { get; set; }

        public Execution?[] Items { get; } = new Execution?[1 << PageBits];

        public int Count { get; set; }
    }
}
