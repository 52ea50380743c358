using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>How pages of Studio are reached.</summary>
internal static class Address
{
    // What is looked for on a page may be on the one that is left, too, which goes away a little later.
    private const string Turn = """
        path => {
          const left = document.querySelector('#studio > [remote-endpoint]');
          const turns = left !== null && location.pathname !== path;
          if (turns) {
            left.setAttribute('left', '');
            Blazor.navigateTo(path);
          }
          return turns;
        }
        """;

    /// <summary>Goes to a page as links do, for which Studio stays loaded; or loads it when there is no Studio yet, and when it is this page.</summary>
    public static async Task VisitAsync(this IPage page, string path)
    {
        if (await page.EvaluateAsync<bool>(Turn, path))
        {
            await page.Locator("#studio > [remote-endpoint]:not([left])").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        }
        else
        {
            await page.GotoAsync(path);
        }
    }
}
