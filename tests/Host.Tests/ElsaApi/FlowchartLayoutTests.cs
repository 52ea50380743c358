using System.Text.Json.Nodes;
using Dag.Host.ElsaApi.Definitions;
using Dag.Workflows.Activities;

namespace Dag.Host.Tests.ElsaApi;

public sealed class FlowchartLayoutTests
{
    [Fact]
    public void Activities_stand_to_the_right_of_all_that_lead_to_them()
    {
        var places = Place(5, (0, 1), (0, 2), (1, 3), (2, 3), (0, 3), (3, 4));
        Assert.True(places[0].X < places[1].X && places[1].X == places[2].X && places[2].X < places[3].X && places[3].X < places[4].X);
        Assert.NotEqual(places[1].Y, places[2].Y);
    }

    [Fact]
    public void Connections_that_lead_back_do_not_count()
    {
        var places = Place(3, (0, 1), (1, 2), (2, 0), (1, 1));
        Assert.True(places[0].X < places[1].X && places[1].X < places[2].X);
    }

    [Fact]
    public void Activities_with_a_place_keep_it_and_are_not_covered()
    {
        var activities = Enumerable.Range(0, 4).Select(Activity).ToArray();
        activities[2]["metadata"] = new JsonObject { ["designer"] = new JsonObject { ["position"] = new JsonObject { ["x"] = 35.0, ["y"] = 30.0 } } };
        FlowchartLayout.Place(activities, [], [.. activities.Select(_ => NodeSize.Usual)]);
        Assert.Equal((35, 30), PlaceOf(activities[2]));
        AssertNoneCoversAnother([.. activities.Select(PlaceOf)]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_the_graph_no_activity_covers_another(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 30; round++)
        {
            var count = random.Next(1, 40);
            var edges = Enumerable.Range(0, random.Next(0, 80)).Select(_ => (random.Next(count), random.Next(count))).ToArray();
            AssertNoneCoversAnother(Place(count, edges));
        }
    }

    [Fact]
    public void A_chain_of_thousands_is_placed_without_recursion()
    {
        var places = Place(3000, [.. Enumerable.Range(0, 2999).Select(i => (i, i + 1))]);
        Assert.True(places[2999].X > places[2998].X);
    }

    [Fact]
    public void Activities_that_hold_others_get_the_room_that_Studio_takes_for_them()
    {
        var activities = Enumerable.Range(0, 4).Select(Activity).ToArray();
        FlowchartLayout.Place(activities, [Connection(0, 2), Connection(0, 3)], [new(400, 60, 180), new(200, 60, 90), new(200, 108, 90), new(200, 60, 90)]);
        Assert.True(PlaceOf(activities[2]).X >= PlaceOf(activities[0]).X + 580);
        Assert.True(PlaceOf(activities[3]).Y >= PlaceOf(activities[2]).Y + 108);
    }

    [Fact]
    public void The_room_is_what_Studio_was_seen_to_take()
    {
        var request = new ActivityDescriptor
        {
            Type = "T",
            Category = "C",
            DisplayName = "HTTP Request",
            Description = "",
            Kind = ActivityKind.Job,
            Implementation = typeof(object),
            Outcomes = ["Unmatched status code"],
            EmbeddedPorts = ["Unmatched status code", "Failed to connect", "Timeout"],
        };
        var size = NodeSize.Of(new JsonObject { ["name"] = "SendHttpRequest1" }, request);
        Assert.Equal((400, 108), (size.Width, size.Height), (seen, estimated) => Math.Abs(seen.Item1 - estimated.Item1) <= 25 && seen.Item2 == estimated.Item2);
        Assert.InRange(NodeSize.Of(new JsonObject { ["name"] = "BulkDispatchWorkflows1" }, null).Width, 265, 275);
        Assert.Equal(NodeSize.Usual, NodeSize.Of(new JsonObject { ["name"] = "If1" }, null));
    }

    private static (double X, double Y)[] Place(int count, params (int From, int To)[] edges)
    {
        var activities = Enumerable.Range(0, count).Select(Activity).ToArray();
        FlowchartLayout.Place(activities, [.. edges.Select(e => Connection(e.From, e.To))], [.. activities.Select(_ => NodeSize.Usual)]);
        return [.. activities.Select(PlaceOf)];
    }

    private static JsonObject Connection(int from, int to) => new()
    {
        ["source"] = new JsonObject { ["activity"] = $"a{from}", ["port"] = "Done" },
        ["target"] = new JsonObject { ["activity"] = $"a{to}", ["port"] = "In" },
    };

    private static JsonObject Activity(int index) => new() { ["id"] = $"a{index}" };

    private static (double X, double Y) PlaceOf(JsonObject activity)
    {
        var position = activity["metadata"]!["designer"]!["position"]!;
        return (position["x"]!.GetValue<double>(), position["y"]!.GetValue<double>());
    }

    private static void AssertNoneCoversAnother((double X, double Y)[] places)
    {
        for (var i = 0; i < places.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (dx, dy) = (Math.Abs(places[i].X - places[j].X), Math.Abs(places[i].Y - places[j].Y));
                Assert.True(dx >= 200 || dy >= 60, $"{places[i]} covers {places[j]}");
            }
        }
    }
}
