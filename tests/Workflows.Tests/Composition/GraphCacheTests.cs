using System.Runtime.CompilerServices;
using Dag.Workflows.Composition;
using Dag.Workflows.Graph;
using Dag.Workflows.Tests.Runs;

namespace Dag.Workflows.Tests.Composition;

public sealed class GraphCacheTests
{
    private const string Sequence = """{"definitionId":"d","root":{"id":"s","type":"Elsa.Sequence","activities":[{"id":"a","type":"Elsa.Start"},{"id":"b","type":"Elsa.Start"}]}}""";

    [Fact]
    public void A_graph_is_compiled_once()
    {
        var cache = new GraphCache();
        var first = cache.GetOrAdd("a", Compile);

        Assert.Same(first, cache.GetOrAdd("a", () => throw new InvalidOperationException("Compiled again.")));
        Assert.Same(first, cache.Find("a"));
        Assert.Null(cache.Find("b"));
    }

    [Fact]
    public void Those_used_last_are_kept_up_to_so_many_activities_and_one_at_the_least()
    {
        var cache = new GraphCache(keptNodes: 10);
        Fill(cache, "a", "b");
        Assert.NotNull(cache.Find("a"));
        Fill(cache, "c");
        Collect();

        Assert.Equal(2, cache.KeptCount);
        Assert.NotNull(cache.Find("a"));
        Assert.Null(cache.Find("b"));
        Assert.NotNull(cache.Find("c"));

        var small = new GraphCache(keptNodes: 1);
        Fill(small, "a", "b");
        Assert.Equal(1, small.KeptCount);
    }

    [Fact]
    public void One_that_a_run_holds_is_found_however_many_came_after_it()
    {
        var cache = new GraphCache(keptNodes: 10);
        var held = cache.GetOrAdd("held", Compile);
        Fill(cache, [.. Enumerable.Range(0, 1000).Select(i => $"{i}")]);
        Collect();

        Assert.Same(held, cache.GetOrAdd("held", Compile));
        Assert.Equal(2, cache.KeptCount);
    }

    private static WorkflowGraph Compile() => InMemoryRun.Compile(Sequence);

    // On a frame of its own, so that no graph is held by a local variable of the test.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fill(GraphCache cache, params string[] keys)
    {
        foreach (var key in keys)
        {
            cache.GetOrAdd(key, Compile);
        }
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
