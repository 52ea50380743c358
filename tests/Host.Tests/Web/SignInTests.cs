using System.Net;
using System.Text.Json;
using Dag.Host.Web.Safety;
using Dag.Tests;
using Microsoft.AspNetCore.Http;

namespace Dag.Host.Tests.Web;

public sealed class SignInTests
{
    private const string Key = "the right key";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_browser_is_sent_to_the_page_that_asks_for_the_key_and_let_in_with_it()
    {
        await using var test = await TestServer.StartAsync("http://0.0.0.0:0", Key);
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
        using var browser = new HttpClient(handler) { BaseAddress = test.Client.BaseAddress };
        browser.DefaultRequestHeaders.Add("Accept", "text/html");

        var sent = await browser.GetAsync("/workflows/instances?page=1", Token);
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        Assert.Equal("/sign-in?to=%2Fworkflows%2Finstances%3Fpage%3D1", sent.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(sent.Headers.Location, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/console/sign-in.js", Token)).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(browser, "wrong")).StatusCode);
        var signedIn = await SignInAsync(browser, Key);
        Assert.Equal(HttpStatusCode.NoContent, signedIn.StatusCode);
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Key, Uri.UnescapeDataString(cookie), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/workflows/instances", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/elsa/api/workflow-definitions", Token)).StatusCode);
    }

    [Fact]
    public async Task The_cookie_serves_changes_from_pages_of_the_service_only()
    {
        await using var test = await TestServer.StartAsync("http://0.0.0.0:0", Key);
        using var browser = new HttpClient(new HttpClientHandler()) { BaseAddress = test.Client.BaseAddress };
        await SignInAsync(browser, Key);

        Assert.Equal(HttpStatusCode.Unauthorized, await ChangeAsync(browser));
        Assert.Equal(HttpStatusCode.Unauthorized, await ChangeAsync(browser, ("Sec-Fetch-Site", "cross-site")));
        Assert.Equal(HttpStatusCode.Unauthorized, await ChangeAsync(browser, ("Origin", "http://evil.example")));
        Assert.Equal(HttpStatusCode.OK, await ChangeAsync(browser, ("Sec-Fetch-Site", "same-origin")));
        Assert.Equal(HttpStatusCode.OK, await ChangeAsync(browser, ("Origin", test.Client.BaseAddress!.GetLeftPart(UriPartial.Authority))));
    }

    [Fact]
    public void A_cookie_ends_by_itself_and_with_the_key_and_cannot_be_made_up()
    {
        var clock = new FakeTimeProvider();
        var cookie = new SignedInCookie(new Dag.Host.Web.WebOptions { ApiKey = Key }, clock);
        var context = new DefaultHttpContext();
        cookie.Issue(context);
        var value = context.Response.Headers.SetCookie.ToString().Split('=', 2)[1].Split(';')[0];

        Assert.True(cookie.IsValid(With(value)));
        Assert.False(new SignedInCookie(new Dag.Host.Web.WebOptions { ApiKey = "another" }, clock).IsValid(With(value)));
        foreach (var bad in (string[])["", "x", ".", "9999999999.", "9999999999.00", value + "0", "1" + value, value.Replace('.', '-')])
        {
            Assert.False(cookie.IsValid(With(bad)));
        }

        clock.Advance(SignedInCookie.Lifetime + TimeSpan.FromSeconds(1));
        Assert.False(cookie.IsValid(With(value)));
    }

    private static HttpRequest With(string value)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = $"{SignedInCookie.Name}={value}";
        return context.Request;
    }

    private static Task<HttpResponseMessage> SignInAsync(HttpClient browser, string key) =>
        browser.PostAsync("/sign-in", TestServer.Json(JsonSerializer.Serialize(new { key })), Token);

    private static async Task<HttpStatusCode> ChangeAsync(HttpClient browser, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/elsa/api/workflow-instances") { Content = TestServer.Json("{}") };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return (await browser.SendAsync(request, Token)).StatusCode;
    }
}
