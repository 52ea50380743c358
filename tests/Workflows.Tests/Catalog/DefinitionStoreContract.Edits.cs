using Dag.Workflows.Catalog;

namespace Dag.Workflows.Tests.Catalog;

/// <summary>What the store promises to people who edit.</summary>
public abstract partial class DefinitionStoreContract
{
    [Fact]
    public async Task An_edit_makes_the_first_version_and_then_changes_it_in_place()
    {
        var first = await EditAsync("new", basedOn: null);
        Assert.Equal((1, true, false), (first.Version, first.IsLatest, first.IsPublished));
        Assert.Equal($"{first.Id} 1", first.Json);

        var second = await EditAsync("other", first.Revision);
        Assert.Equal((first.Id, 1), (second.Id, second.Version));
        Assert.NotEqual(first.Revision, second.Revision);
        Assert.Equal(second.Revision, (await _store.FindAsync(first.Id, Token))!.Revision);
    }

    [Fact]
    public async Task The_second_of_two_who_edit_the_same_is_refused()
    {
        var opened = await EditAsync("v1", basedOn: null);
        var saved = await EditAsync("v2", opened.Revision, editor: "page a");

        var error = await Assert.ThrowsAsync<DefinitionConflictException>(() => EditAsync("v3", opened.Revision, editor: "page b"));
        Assert.Contains("Somebody else has saved", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DefinitionConflictException>(() => EditAsync("v3", opened.Revision));
        Assert.Equal(saved, await _store.FindAsync(opened.Id, Token));
    }

    [Fact]
    public async Task Saves_of_one_page_may_overtake_each_other()
    {
        var opened = await EditAsync("v1", basedOn: null);
        await EditAsync("v2", opened.Revision, editor: "page a");
        await EditAsync("v3", opened.Revision, editor: "page a");
    }

    [Fact]
    public async Task Over_a_published_version_an_edit_is_the_next_version()
    {
        var published = await EditAsync("v1", basedOn: null, publish: true);
        var draft = await EditAsync("v2", published.Revision);

        Assert.Equal(("v2", 2, false), (draft.Id, draft.Version, draft.IsPublished));
        Assert.Equal("v1", await FindIdAsync(VersionSelector.Published));
        var republished = await EditAsync("v3", draft.Revision, publish: true);
        Assert.Equal(("v2", 2, true), (republished.Id, republished.Version, republished.IsPublished));
    }

    [Fact]
    public async Task A_draft_of_which_a_run_may_have_started_does_not_change_any_more()
    {
        var draft = await EditAsync("v1", basedOn: null);
        var frozen = await _store.FreezeAsync("nightly", VersionSelector.Latest, Token);
        Assert.Equal(draft, frozen);

        var next = await EditAsync("v2", draft.Revision);
        Assert.Equal(("v2", 2), (next.Id, next.Version));
        Assert.Equal("v1 1", (await _store.FindAsync("v1", Token))!.Json);
        Assert.Null(await _store.FreezeAsync("nowhere", VersionSelector.Latest, Token));
    }

    [Fact]
    public async Task An_edit_of_a_deleted_workflow_is_refused()
    {
        var opened = await EditAsync("v1", basedOn: null);
        await _store.DeleteAsync("nightly", Token);
        var error = await Assert.ThrowsAsync<DefinitionConflictException>(() => EditAsync("v2", opened.Revision));
        Assert.Contains("deleted", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_edits_at_once_one_is_saved()
    {
        var opened = await EditAsync("v1", basedOn: null);
        var attempts = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                return await EditAsync($"n{i}", opened.Revision, editor: $"page {i}");
            }
            catch (DefinitionConflictException)
            {
                return null;
            }
        }));
        Assert.Single(attempts.OfType<StoredDefinition>());
    }

    private Task<StoredDefinition> EditAsync(string newId, string? basedOn, bool publish = false, string? editor = null) => _store.SaveEditAsync(
        new DraftEdit
        {
            DefinitionId = "nightly",
            Name = "Nightly",
            BasedOn = basedOn,
            Editor = editor,
            NewId = newId,
            Now = _created,
            Write = (id, version) => $"{id} {version}",
        },
        publish,
        Token);
}
