namespace Dag.Workflows.Scheduling;

/// <summary>
/// Who waits for slots and who has them. Free slots go round among the runs that wait, one each at a time, so that a run with ten
/// thousand works and a run with one proceed alike. Pure and not thread-safe.
/// </summary>
internal sealed class SlotLedger(int capacity)
{
    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private readonly Queue<Account> _round = new();

    /// <summary>How many slots there are.</summary>
    public int Capacity => capacity;

    /// <summary>Slots that works occupy.</summary>
    public int Busy { get; private set; }

    /// <summary>Slots that are granted and not yet answered for.</summary>
    public int Granted { get; private set; }

    /// <summary>Slots that can be granted.</summary>
    public int Free => capacity - Busy - Granted;

    /// <summary>How many works wait without a grant, over all runs.</summary>
    public int Waiting => _accounts.Values.Sum(a => a.Wants);

    /// <summary>No more is granted.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Nothing is occupied or granted.</summary>
    public bool IsIdle => Busy == 0 && Granted == 0;

    /// <summary>A run says how many of its works wait and are not started; those with a grant that it has not answered are among them.</summary>
    public void Offer(string runId, int waiting)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(waiting);
        if (!_accounts.TryGetValue(runId, out var account))
        {
            if (waiting == 0)
                return;

            _accounts[runId] = account = new Account(runId);
        }

        account.Waiting = waiting;
        Settle(account);
    }

    /// <summary>Grants all free slots that anyone waits for.</summary>
    public IReadOnlyList<SlotGrant> Grant()
    {
        if (IsClosed || Free <= 0 || _round.Count == 0)
            return [];

        var grants = new Dictionary<Account, int>();
        while (Free > 0 && _round.TryDequeue(out var account))
        {
            account.IsInRound = false;
            if (account.Wants <= 0)
                continue;

            account.Granted++;
            Granted++;
            grants[account] = grants.GetValueOrDefault(account) + 1;
            Settle(account);
        }

        return [.. grants.Select(g => new SlotGrant { RunId = g.Key.RunId, Count = g.Value })];
    }

    /// <summary>
    /// A run says how many of its works wait and takes the free slots for them at once, unless others wait: then it gets its turn with
    /// <see cref="Grant"/>. Null when it gets none.
    /// </summary>
    public SlotGrant? Take(string runId, int waiting)
    {
        Offer(runId, waiting);
        if (IsClosed || Free <= 0 || _round is not { Count: 1 } || _round.Peek() is not { Wants: > 0 } account || account.RunId != runId)
            return null;

        var count = Math.Min(Free, account.Wants);
        _round.Dequeue();
        account.IsInRound = false;
        account.Granted += count;
        Granted += count;
        Settle(account);
        return new SlotGrant { RunId = runId, Count = count };
    }

    /// <summary>A run answers a grant: so many of its slots are occupied now, the others are free again, and so many works still wait.</summary>
    /// <exception cref="InvalidOperationException">The grant has been answered, or is for less.</exception>
    public void Answer(SlotGrant grant, int used, int waiting)
    {
        if (grant.IsAnswered)
            throw new InvalidOperationException($"A grant of {grant.Count} slots to run '{grant.RunId}' is answered twice.");
        if (used > grant.Count)
            throw new InvalidOperationException($"Run '{grant.RunId}' starts {used} works on a grant of {grant.Count} slots.");

        grant.IsAnswered = true;
        _accounts[grant.RunId].Granted -= grant.Count;
        Granted -= grant.Count;
        Busy += used;
        Offer(grant.RunId, waiting);
    }

    /// <summary>A work ended.</summary>
    public void End() => Busy--;

    /// <summary>Grants nothing from now on.</summary>
    public void Close() => IsClosed = true;

    private void Settle(Account account)
    {
        if (account.Wants > 0 && !account.IsInRound)
        {
            account.IsInRound = true;
            _round.Enqueue(account);
        }
        else if (account is { Waiting: 0, Granted: 0 })
        {
            _accounts.Remove(account.RunId);
        }
    }

    private sealed class Account(string runId)
    {
        public string RunId => runId;

        public int Waiting { get; set; }

        public int Granted { get; set; }

        public bool IsInRound { get; set; }

        public int Wants => Math.Max(0, Waiting - Granted);
    }
}
