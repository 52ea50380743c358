using Dag.Host.ElsaApi.Live;
using Dag.Tests;

namespace Dag.Host.Tests.ElsaApi;

public sealed class ObservedRunTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly List<long> _told = [];

    [Fact]
    public void The_first_change_is_told_at_once_and_the_following_once_in_an_interval()
    {
        using var run = Observe();
        run.Changed();
        _clock.Advance(TimeSpan.Zero);
        Assert.Single(_told);

        for (var i = 0; i < 100; i++)
        {
            run.Changed();
            _clock.Advance(TimeSpan.FromMilliseconds(50));
        }

        // Five seconds of changes: five messages, and the last change is told too.
        Assert.InRange(_told.Count, 5, 6);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var count = _told.Count;
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(count, _told.Count);
    }

    [Fact]
    public void A_change_while_telling_is_told_afterwards()
    {
        var telling = new TaskCompletionSource<Told>();
        using var run = new ObservedRun(TimeSpan.FromSeconds(1), _clock, told =>
        {
            _told.Add(told.Sequence);
            return telling.Task;
        });
        run.Changed();
        _clock.Advance(TimeSpan.Zero);
        run.Changed();
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Single(_told);

        telling.SetResult(new Told(7, false));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([0, 7], _told);
    }

    [Fact]
    public void One_that_nobody_looks_at_any_more_tells_nothing()
    {
        var run = Observe();
        run.Changed();
        run.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(_told);
    }

    private ObservedRun Observe() => new(TimeSpan.FromSeconds(1), _clock, told =>
    {
        _told.Add(told.Sequence);
        return Task.FromResult(new Told(told.Sequence + 1, false));
    });
}
