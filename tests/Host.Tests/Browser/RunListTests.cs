using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>Somebody looks for runs in Studio's list, and cancels, deletes and brings in some.</summary>
public sealed class RunListTests(StudioSite site) : BrowserTest(site)
{
    [Fact]
    public async Task Runs_are_found_by_text_and_by_how_they_stand_and_are_sorted()
    {
        const string Done = "listed-done";
        const string Waiting = "listed-waiting";
        var early = await FinishedAsync(Done);
        await FinishedAsync(Done);
        var waiting = await WaitingAsync(Waiting);
        var list = await RunListPage.OpenAsync(Page);

        await list.SearchAsync("listed-", found: 3);
        await Patiently.Expect(list.SubStatus(waiting)).ToHaveTextAsync("Suspended");
        await list.SortAsync("Created", first: early);
        await list.SortAsync("Created", first: waiting);

        await list.FilterAsync("Suspended", found: 1);
        await Patiently.Expect(list.Row(waiting)).ToBeVisibleAsync();
        await StudioSite.ScreenshotAsync(Page, "runs-filtered");

        // The address leads others to the same list.
        await Page.ReloadAsync();
        await Patiently.Expect(list.Row(waiting)).ToBeVisibleAsync();
        await Patiently.Expect(list.Rows).ToHaveCountAsync(1);
        await Patiently.Expect(list.ErrorBar).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Runs_are_paged()
    {
        const string Name = "paged";
        var runs = new List<string>();
        await PublishAsync(Name);
        for (var i = 0; i < 12; i++)
        {
            runs.Add(await Site.Server.StartRunAsync(Name));
        }

        var list = await RunListPage.OpenAsync(Page);
        await list.SearchAsync(Name, found: 12);
        await Patiently.Expect(list.Shown).ToHaveTextAsync("1-10 of 12");
        await Patiently.Expect(list.Rows.First).ToContainTextAsync(runs[^1]);
        await list.NextPageAsync("11-12 of 12");
        await Patiently.Expect(list.Rows).ToHaveCountAsync(2);
        await Patiently.Expect(list.Rows.Last).ToContainTextAsync(runs[0]);
        await list.PreviousPageAsync("1-10 of 12");
        await list.ShowAsync(25, "1-12 of 12");
        await Patiently.Expect(list.Rows).ToHaveCountAsync(12);
        await StudioSite.ScreenshotAsync(Page, "runs-paged");
    }

    [Fact]
    public async Task Runs_are_cancelled_and_deleted_also_while_they_go_on()
    {
        const string Name = "removed";
        var cancelled = await WaitingAsync(Name);
        var deleted = await WaitingAsync(Name);
        var left = await WaitingAsync(Name);
        var list = await RunListPage.OpenAsync(Page);
        await list.SearchAsync(Name, found: 3);

        await list.DoAsync(cancelled, "Cancel", "Yes");
        await Patiently.Expect(list.SubStatus(cancelled)).ToHaveTextAsync("Cancelled");
        await list.DoAsync(deleted, "Delete", "Delete");
        await Patiently.Expect(list.Row(deleted)).ToHaveCountAsync(0);
        await list.DoAsync(cancelled, "Delete", "Delete");
        await Patiently.Expect(list.Row(cancelled)).ToHaveCountAsync(0);

        await Patiently.Expect(list.SubStatus(left)).ToHaveTextAsync("Suspended");
        await Patiently.Expect(list.ErrorBar).ToBeHiddenAsync();
        Assert.Null(await Site.Server.Engine.FindRunAsync(deleted, Token));
    }

    [Fact]
    public async Task Many_runs_are_cancelled_and_deleted_at_once()
    {
        const string Name = "swept";
        string[] cancelled = [await WaitingAsync(Name), await WaitingAsync(Name)];
        string[] goingOn = [await WaitingAsync(Name), await WaitingAsync(Name)];
        var left = await WaitingAsync(Name);
        var list = await RunListPage.OpenAsync(Page);
        await list.SearchAsync(Name, found: 5);

        await list.DoAsync(cancelled, "Cancel", "Yes");
        foreach (var run in cancelled)
        {
            await Patiently.Expect(list.SubStatus(run)).ToHaveTextAsync("Cancelled");
        }

        await StudioSite.ScreenshotAsync(Page, "runs-cancelled");
        await list.DoAsync(goingOn, "Delete", "Delete");
        await Patiently.Expect(list.Row(left)).ToBeVisibleAsync();
        foreach (var run in goingOn)
        {
            await Patiently.Expect(list.Row(run)).ToHaveCountAsync(0);
            Assert.Null(await Site.Server.Engine.FindRunAsync(run, Token));
        }

        await Patiently.Expect(list.SubStatus(left)).ToHaveTextAsync("Suspended");
        await Patiently.Expect(list.ErrorBar).ToBeHiddenAsync();
    }

    [Fact]
    public async Task All_runs_that_the_filters_find_are_cancelled_at_once()
    {
        const string Name = "halted";
        string[] runs = [await WaitingAsync(Name), await WaitingAsync(Name), await WaitingAsync(Name)];
        var other = await WaitingAsync("going-on");
        var list = await RunListPage.OpenAsync(Page);
        await list.SearchAsync(Name, found: 3);

        await list.CancelAllAsync(runs[0]);

        foreach (var run in runs)
        {
            await Patiently.Expect(list.SubStatus(run)).ToHaveTextAsync("Cancelled");
        }

        Assert.Equal("Suspended", (await Site.Server.Engine.FindRunAsync(other, Token))!.SubStatus);
        await Patiently.Expect(list.ErrorBar).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_run_goes_out_as_a_file_and_comes_in_again()
    {
        const string Name = "carried";
        var run = await FinishedAsync(Name);
        using var exported = await Site.Server.Client.GetAsync($"/elsa/api/workflow-instances/{run}/export", Token);
        exported.EnsureSuccessStatusCode();
        var file = new FilePayload { Name = $"run-{run}.json", MimeType = "application/json", Buffer = await exported.Content.ReadAsByteArrayAsync(Token) };
        await FinishedAsync(Name);
        var list = await RunListPage.OpenAsync(Page);
        await list.SearchAsync(Name, found: 2);
        await list.DoAsync(run, "Delete", "Delete");
        await Patiently.Expect(list.Row(run)).ToHaveCountAsync(0);

        await list.ImportAsync(file);

        await Patiently.Expect(list.Notice).ToContainTextAsync("Successfully imported one instance");
        await Patiently.Expect(list.SubStatus(run)).ToHaveTextAsync("Finished");
        await StudioSite.ScreenshotAsync(Page, "runs-imported");
        var viewer = await RunPage.OpenAsync(Page, run);
        await viewer.BadgeAsync("Write Line", "success");
    }

    private async Task<string> FinishedAsync(string name)
    {
        await PublishAsync(name);
        var run = await Site.Server.StartRunAsync(name);
        await Site.Server.WaitAsync(run, "Finished");
        return run;
    }

    private async Task<string> WaitingAsync(string name)
    {
        await Site.Server.PublishAsync(FlowJson.Sequence(name, FlowJson.Event("e", name)));
        var run = await Site.Server.StartRunAsync(name);
        await Site.Server.WaitAsync(run, "Suspended");
        return run;
    }

    private Task PublishAsync(string name) => Site.Server.PublishAsync(FlowJson.Sequence(name, FlowJson.WriteLine("w", name)));
}
