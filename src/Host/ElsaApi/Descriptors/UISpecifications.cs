using Dag.Workflows.Activities;

namespace Dag.Host.ElsaApi.Descriptors;

/// <summary>What Studio's editors need to know beside an input's type; keyed by the editor's name.</summary>
internal static class UISpecifications
{
    /// <summary>Of an input; null when its editor needs nothing.</summary>
    /// <param name="input">The input.</param>
    /// <param name="outcomes">The outcomes that its activity has whatever is said here.</param>
    public static IReadOnlyDictionary<string, object>? Of(InputDescriptor input, IReadOnlyList<string> outcomes)
    {
        var specifications = new Dictionary<string, object>();
        switch (input.Editor)
        {
            case UIHints.DropDown:
                specifications[UIHints.DropDown] = DropDown(input.Options);
                break;
            case UIHints.CheckList:
                specifications[UIHints.CheckList] = new { checkList = new { items = input.Options.Select(o => new { text = o, value = o, isChecked = false }), isFlagsEnum = false } };
                break;
            case UIHints.DynamicOutcomes when outcomes.Count > 0:
                specifications["DynamicOutcomesOptions"] = new { fixedOutcomes = outcomes };
                break;
            case UIHints.Code:
                specifications[UIHints.Code] = new { language = input.Language ?? "javascript", editorHeight = 1, singleLineMode = false };
                break;
        }

        if (input.OptionsFrom is not null)
        {
            specifications["Refresh"] = true;
        }

        return specifications.Count == 0 ? null : specifications;
    }

    /// <summary>With values that were looked up, and the one that is set if it is not among them.</summary>
    public static IReadOnlyDictionary<string, object> Of(InputDescriptor input, IReadOnlyList<string> options, string? current)
    {
        IEnumerable<string> all = current is { Length: > 0 } && !options.Contains(current) ? [current, .. options] : options;
        return Of(input with { Options = [.. all], OptionsFrom = null }, [])
            ?? new Dictionary<string, object> { [UIHints.DropDown] = DropDown([.. all]) };
    }

    private static object DropDown(IReadOnlyList<string> options) =>
        new { selectList = new { items = options.Select(o => new { text = o, value = o }), isFlagsEnum = false, sortItems = false } };
}
