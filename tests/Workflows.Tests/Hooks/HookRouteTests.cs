using Dag.Workflows.Hooks;

namespace Dag.Workflows.Tests.Hooks;

public sealed class HookRouteTests
{
    [Theory]
    [InlineData("orders", "/orders", "")]
    [InlineData("/orders/", "/Orders/", "")]
    [InlineData("orders/{id}", "/orders/42", "id=42")]
    [InlineData("orders/{id:int}/lines/{line}", "/orders/42/LINES/a b", "id=42, line=a b")]
    [InlineData("files/report-{year}.csv", "/files/Report-2026.CSV", "year=2026")]
    [InlineData("orders/{id?}", "/orders", "")]
    [InlineData("orders/{id?}", "/orders/7", "id=7")]
    [InlineData("orders/{id=1}", "/orders", "id=1")]
    [InlineData("files/{*path}", "/files/a/b/c", "path=a/b/c")]
    [InlineData("files/{**path}", "/files", "path=")]
    public void A_path_matches_with_its_values(string template, string path, string expected) =>
        Assert.Equal(expected, string.Join(", ", HookRoute.Parse(template).Match(HookRoute.Split(path))!.Select(v => $"{v.Key}={v.Value}")));

    [Theory]
    [InlineData("orders", "/order")]
    [InlineData("orders", "/orders/1")]
    [InlineData("orders/{id}", "/orders")]
    [InlineData("orders/{id}", "/orders/1/2")]
    [InlineData("files/report-{year}.csv", "/files/report-.csv")]
    [InlineData("files/report-{year}.csv", "/files/report-1.txt")]
    [InlineData("orders/{id?}", "/orders/1/2")]
    public void Other_paths_do_not(string template, string path) => Assert.Null(HookRoute.Parse(template).Match(HookRoute.Split(path)));

    [Theory]
    [InlineData("orders/{}", "no name")]
    [InlineData("orders/{a b}", "no name")]
    [InlineData("orders/{a}{b}", "no segment with one value")]
    [InlineData("orders/{a", "no segment with one value")]
    [InlineData("orders/a}", "character that no path has")]
    [InlineData("orders?x=1", "character that no path has")]
    [InlineData("{id}/{ID}", "two values named")]
    [InlineData("{*all}/more", "must be its last segment")]
    [InlineData("{id?}/more", "must be its last segment")]
    [InlineData("a-{id?}", "segment of its own")]
    public void What_is_no_path_is_refused_with_the_reason(string template, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => HookRoute.Parse(template)).Message);

    [Fact]
    public void A_very_long_path_is_refused() =>
        Assert.Contains("at most 500", Assert.Throws<FormatException>(() => HookRoute.Parse(new string('a', 501))).Message);

    [Fact]
    public void The_more_special_of_two_paths_comes_first()
    {
        string[] routes = ["{*rest}", "orders/{id}", "orders/new", "orders/x-{id}", "{kind}/new", "orders/{id?}", "orders/{*rest}"];

        Assert.Equal(
            ["orders/new", "orders/x-{id}", "orders/{id}", "orders/{id?}", "orders/{*rest}", "{kind}/new", "{*rest}"],
            routes.OrderBy(r => HookRoute.Parse(r).Rank, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Orders/{a}", "orders/{b}", true)]
    [InlineData("orders/{a}", "orders/x-{a}", false)]
    [InlineData("orders/{*a}", "orders/{**b}", true)]
    [InlineData("orders/{a}", "orders/new", false)]
    public void Paths_that_differ_in_names_only_have_one_shape(string a, string b, bool same) =>
        Assert.Equal(same, HookRoute.Parse(a).Shape == HookRoute.Parse(b).Shape);

    [Theory]
    [InlineData("orders/{id}/lines", "/orders")]
    [InlineData("Orders/New", "/orders/new")]
    [InlineData("{id}", "/")]
    [InlineData("orders/x-{id}", "/orders")]
    public void What_waits_is_found_by_a_prefix_of_what_is_asked_for(string template, string prefix)
    {
        Assert.Equal(prefix, HookRoute.Parse(template).Prefix);
        Assert.Contains(prefix, HookRoute.PrefixesOf(["Orders", "new", "lines"]));
    }
}
