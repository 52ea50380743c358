namespace Dag.Host.Tests.Browser;

/// <summary>The tests that look at the service with a browser, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<StudioSite>
{
    public const string Name = "browser";
}
