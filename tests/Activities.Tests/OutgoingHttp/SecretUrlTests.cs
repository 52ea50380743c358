using Dag.Activities.OutgoingHttp;

namespace Dag.Activities.Tests.OutgoingHttp;

public class SecretUrlTests
{
    [Fact]
    public void It_shows_as_scheme_and_host_only()
    {
        Assert.True(SecretUrl.TryParse("https://user:password@hooks.example.com:8443/services/T0000/abcdef?key=verysecret", out var url));

        Assert.Equal("https://hooks.example.com:8443/***", $"{url}");
    }

    [Fact]
    public void What_a_server_repeats_of_it_is_masked_in_each_spelling()
    {
        Assert.True(SecretUrl.TryParse("https://example.com/services/T0000/ab%20cdef?key=verysecret", out var url));

        Assert.Equal("Cannot POST /***/***/*** or *** with key=***", url.Mask("Cannot POST /services/T0000/ab%20cdef or AB CDEF with key=verysecret"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("hooks.example.com/x")]
    [InlineData("ftp://example.com/x")]
    [InlineData("file:///etc/passwd")]
    public void Only_absolute_http_urls_are_taken(string? text) => Assert.False(SecretUrl.TryParse(text, out _));

    [Theory]
    [InlineData("/elsewhere", "https://example.com/elsewhere")]
    [InlineData("https://other.example.com/x", "https://other.example.com/x")]
    [InlineData("http://example.com/x", null)]
    [InlineData("file:///etc/passwd", null)]
    public void A_redirect_leads_to_http_and_never_from_https_to_plain_http(string location, string? expected)
    {
        Assert.True(SecretUrl.TryParse("https://example.com/x", out var url));

        Assert.Equal(expected, url.Redirect(new Uri(location, UriKind.RelativeOrAbsolute))?.Uri.AbsoluteUri);
    }
}
