using System.Threading.Channels;
using Dag.Workflows.Activities;

namespace Dag.Activities.Tests.Sources;

/// <summary>A ledger of used keys in memory, and the firings in order. Two contexts over one ledger are a restart.</summary>
internal sealed class RecordingTriggerContext(HashSet<string>? used = null) : TriggerContext
{
    private readonly Channel<TriggerFiring> _firings = Channel.CreateUnbounded<TriggerFiring>();

    public HashSet<string> Used { get; } = used ?? [];

    public int KeysAsked { get; private set; }

    public int Fired { get; private set; }

    /// <summary>What happens just before a firing.</summary>
    public Action<TriggerFiring>? BeforeFiring { get; set; }

    public override Task<IReadOnlyList<string>> UnseenAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        KeysAsked += keys.Count;
        return Task.FromResult<IReadOnlyList<string>>([.. keys.Where(key => !Used.Contains(key))]);
    }

    public override Task<string?> FireAsync(TriggerFiring firing, CancellationToken cancellationToken)
    {
        BeforeFiring?.Invoke(firing);
        if (firing.Keys.Any(Used.Contains))
        {
            return Task.FromResult<string?>(null);
        }

        Fired++;
        Used.UnionWith(firing.Keys);
        _firings.Writer.TryWrite(firing);
        return Task.FromResult<string?>($"run-{Fired}");
    }

    public ValueTask<TriggerFiring> NextAsync(CancellationToken cancellationToken) => _firings.Reader.ReadAsync(cancellationToken);
}
