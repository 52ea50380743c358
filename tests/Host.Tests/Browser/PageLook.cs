using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>What can be measured of how a page looks.</summary>
internal static class PageLook
{
    /// <summary>The page fits its window: no scrollbar across, and none down where the page is to fill the window.</summary>
    public static async Task AssertFitsAsync(IPage page, bool fills)
    {
        var over = await page.EvaluateAsync<int[]>("() => { const e = document.scrollingElement; return [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight]; }");
        Assert.True(over[0] <= 0, $"The page is {over[0]} px too wide.");
        Assert.True(!fills || over[1] <= 0, $"The page is {over[1]} px too high.");
    }

    /// <summary>
    /// Every text that is in sight stands out from what is behind it: by 3 to 1 at least, which is what WCAG asks of large text, as greyed
    /// texts count here too.
    /// </summary>
    public static async Task AssertReadableAsync(IPage page)
    {
        var faint = await page.EvaluateAsync<string[]>("""
            () => {
              const parse = c => {
                const m = c.match(/[\d.]+/g).map(Number);
                const unit = c.startsWith('color(') ? 255 : 1;
                return { r: m[0] * unit, g: m[1] * unit, b: m[2] * unit, a: m.length > 3 ? m[3] : 1 };
              };
              const over = (top, below) => ({ r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1 });
              const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
              const luminance = c => 0.2126 * channel(c.r) + 0.7152 * channel(c.g) + 0.0722 * channel(c.b);
              const behind = e => {
                const layers = [];
                for (; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
                return layers.reverse().reduce((below, top) => over(top, below), { r: 255, g: 255, b: 255, a: 1 });
              };
              const faint = [];
              const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              while (walker.nextNode()) {
                const e = walker.currentNode.parentElement;
                const text = walker.currentNode.textContent.trim();
                if (!text || e.closest('svg, style, script, legend, [disabled], .monaco-editor, .mud-disabled') || !e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
                const box = e.getBoundingClientRect();
                if (box.width === 0 || document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2).indexOf(e) < 0) continue;
                const back = behind(e);
                const [a, b] = [luminance(over(parse(getComputedStyle(e).color), back)), luminance(back)];
                const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (contrast < 3) faint.push(`${text.slice(0, 40)} (${contrast.toFixed(1)} to 1)`);
              }
              return faint;
            }
            """);
        Assert.Empty(faint);
    }
}
