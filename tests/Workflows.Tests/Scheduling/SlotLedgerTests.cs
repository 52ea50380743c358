using Dag.Workflows.Scheduling;
using FsCheck;
using FsCheck.Fluent;

namespace Dag.Workflows.Tests.Scheduling;

public sealed class SlotLedgerTests
{
    [Fact]
    public void One_run_gets_all_free_slots_in_one_grant()
    {
        var ledger = new SlotLedger(8);
        ledger.Offer("a", 10_000);

        var grant = Assert.Single(ledger.Grant());

        Assert.Equal(("a", 8), (grant.RunId, grant.Count));
        Assert.Empty(ledger.Grant());
        Assert.Equal(9_992, ledger.Waiting);
    }

    [Fact]
    public void A_run_that_waits_alone_takes_its_slots_at_once_and_no_more_than_it_wants()
    {
        var ledger = new SlotLedger(3);

        var taken = ledger.Take("a", 2);

        Assert.Equal(("a", 2), (taken?.RunId, taken?.Count));
        Assert.Equal((1, 2, 0), (ledger.Free, ledger.Granted, ledger.Waiting));
        Assert.Empty(ledger.Grant());
        ledger.Answer(taken!, 2, 5);
        Assert.Equal(["a 1"], Shown(ledger.Grant()));
    }

    [Fact]
    public void A_run_takes_nothing_while_another_waits_or_all_slots_are_in_use()
    {
        var ledger = new SlotLedger(2);
        ledger.Offer("b", 1);
        Assert.Null(ledger.Take("a", 1));
        Assert.Equal(["b 1", "a 1"], Shown(ledger.Grant()));
        Assert.Null(ledger.Take("c", 1));
        Assert.Equal(1, ledger.Waiting);
    }

    [Fact]
    public void Runs_share_free_slots_alike_however_much_each_waits_for()
    {
        var ledger = new SlotLedger(9);
        ledger.Offer("many", 10_000);
        ledger.Offer("some", 100);
        ledger.Offer("one", 1);

        Assert.Equal(["many 4", "some 4", "one 1"], Shown(ledger.Grant()));
    }

    [Fact]
    public void A_run_that_comes_later_gets_every_other_slot_that_falls_free()
    {
        var ledger = new SlotLedger(1);
        ledger.Offer("early", 10_000);
        var order = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            var grant = Assert.Single(ledger.Grant());
            order.Add(grant.RunId);
            ledger.Answer(grant, 1, 5_000);
            ledger.End();
            if (i == 1)
                ledger.Offer("late", 10_000);
        }

        Assert.Equal(["early", "early", "early", "late", "early", "late"], order);
    }

    [Fact]
    public void Offering_is_absolute_and_counts_what_is_granted_but_not_answered()
    {
        var ledger = new SlotLedger(10);
        ledger.Offer("a", 3);
        var grant = Assert.Single(ledger.Grant());
        ledger.Offer("a", 3);
        Assert.Empty(ledger.Grant());

        ledger.Offer("a", 5);
        Assert.Equal(["a 2"], Shown(ledger.Grant()));

        ledger.Offer("a", 0);
        ledger.Answer(grant, 0, 0);
        Assert.Equal((0, 2, 0), (ledger.Busy, ledger.Granted, ledger.Waiting));
    }

    [Fact]
    public void A_run_that_withdraws_gets_nothing()
    {
        var ledger = new SlotLedger(10);
        ledger.Offer("a", 3);
        ledger.Offer("b", 1);
        ledger.Offer("a", 0);

        Assert.Equal(["b 1"], Shown(ledger.Grant()));
    }

    [Fact]
    public void A_grant_is_answered_once_and_not_exceeded()
    {
        var ledger = new SlotLedger(2);
        ledger.Offer("a", 2);
        var grant = Assert.Single(ledger.Grant());

        Assert.Throws<InvalidOperationException>(() => ledger.Answer(grant, 3, 0));
        ledger.Answer(grant, 1, 0);
        Assert.Throws<InvalidOperationException>(() => ledger.Answer(grant, 1, 0));
        Assert.Equal(1, ledger.Busy);
    }

    [Fact]
    public void A_closed_ledger_grants_nothing()
    {
        var ledger = new SlotLedger(2);
        ledger.Offer("a", 2);
        ledger.Close();

        Assert.Empty(ledger.Grant());
        Assert.True(ledger.IsIdle);
    }

    /// <summary>Random arrivals, answers and ends: capacity holds, nothing free is withheld, and all works get done.</summary>
    [Fact]
    public void Whatever_happens_capacity_holds_and_no_slot_is_withheld() =>
        Prop.ForAll(
            (from capacity in Gen.Choose(1, 9) from steps in Gen.Choose(0, int.MaxValue - 1).ListOf(300) select (capacity, steps)).ToArbitrary(),
            given =>
            {
                var ledger = new SlotLedger(given.capacity);
                var left = new Dictionary<string, int>();
                var open = new List<SlotGrant>();
                foreach (var step in given.steps)
                {
                    Step(step, ledger, left, open);
                    Assert.InRange(ledger.Busy + ledger.Granted, 0, given.capacity);
                    Assert.Equal(open.Sum(g => g.Count), ledger.Granted);
                    Assert.True(ledger.Free == 0 || left.Keys.All(r => left[r] <= open.Where(g => g.RunId == r).Sum(g => g.Count)));
                }
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static void Step(int step, SlotLedger ledger, Dictionary<string, int> left, List<SlotGrant> open)
    {
        var run = $"run {step / 4 % 5}";
        switch (step % 4)
        {
            case 0:
                left[run] = step / 20 % 12;
                ledger.Offer(run, left[run]);
                break;
            case 1 when open.Count > 0:
                var grant = open[step / 4 % open.Count];
                var used = Math.Min(grant.Count, left[grant.RunId]);
                left[grant.RunId] -= used;
                ledger.Answer(grant, used, left[grant.RunId]);
                open.Remove(grant);
                break;
            case 2 when ledger.Busy > 0:
                ledger.End();
                break;
        }

        open.AddRange(ledger.Grant());
    }

    private static IEnumerable<string> Shown(IEnumerable<SlotGrant> grants) => grants.Select(g => $"{g.RunId} {g.Count}");
}
