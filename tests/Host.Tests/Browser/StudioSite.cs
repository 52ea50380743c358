using System.Diagnostics;
using Dag.Host.Tests.Docs;
using Dag.Host.Tests.Web;
using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>
/// The service and a Chromium with one profile that looks at it. Shared by the tests of a browser, because Studio takes ten seconds to load,
/// and most of that also when the browser has its files.
/// </summary>
public sealed class StudioSite : IAsyncLifetime
{
    /// <summary>Debian's package; Playwright's own browsers are not used, so that a build downloads none.</summary>
    private const string Chromium = "/usr/bin/chromium";

    private const int Width = 1600;
    private const int Height = 900;

    // Machines that run tests are busy with others.
    internal static readonly float Patience = (float)(Debugger.IsAttached ? TimeSpan.FromHours(1) : TimeSpan.FromSeconds(60)).TotalMilliseconds;

    private readonly TempFolder _folder = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private TestServer? _server;
    private IPage? _page;

    /// <summary>The browser.</summary>
    internal IBrowser Browser => _browser!;

    /// <summary>The service.</summary>
    internal TestServer Server => _server!;

    /// <summary>Where the service keeps its data.</summary>
    internal string DataFolder => Path.Combine(_folder.Path, "data");

    /// <summary>The profile that tests share.</summary>
    internal IBrowserContext Profile { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium))
        {
            throw new InvalidOperationException($"The browser tests need {Chromium}: install Debian's package chromium (`apt-get install chromium`).");
        }

        _server = await TestServer.StartAsync(folder: DataFolder);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
            // Root, as in containers, cannot use Chromium's sandbox; the pages are our own.
            ChromiumSandbox = false,
        });
        Profile = await NewProfileAsync();
    }

    /// <summary>A profile with no files of Studio yet.</summary>
    internal async Task<IBrowserContext> NewProfileAsync(string? baseAddress = null)
    {
        var profile = await Browser.NewContextAsync(new()
        {
            BaseURL = baseAddress ?? Server.Client.BaseAddress!.ToString(),
            ViewportSize = new() { Width = Width, Height = Height },
            ColorScheme = ColorScheme.Light,
            AcceptDownloads = true,
        });
        profile.SetDefaultTimeout(Patience);
        return profile;
    }

    /// <summary>The page that the last test has left, in which Studio is loaded; or a new one.</summary>
    internal async Task<IPage> TakePageAsync()
    {
        var page = _page ?? await Profile.NewPageAsync();
        _page = null;
        return page;
    }

    /// <summary>Leaves a page to the next test, unless something lies above it there: notices and dialogs stay from page to page.</summary>
    /// <returns>Whether it is kept.</returns>
    internal async Task<bool> LeavePageAsync(IPage page)
    {
        if (page.IsClosed || await page.Locator(".mud-snackbar, .mud-dialog, .mud-popover-open, #blazor-error-ui:visible").CountAsync() > 0)
        {
            return false;
        }

        await page.SetViewportSizeAsync(Width, Height);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        _page = page;
        return true;
    }

    /// <summary>Keeps what a page looks like, for people to look at, under <c>artifacts/screenshots</c>.</summary>
    internal static Task ScreenshotAsync(IPage page, string name) =>
        page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Root, "artifacts", "screenshots", name + ".png"), Animations = ScreenshotAnimations.Disabled });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }
}
