using System.Text;
using Dag.Workflows.Activities;

namespace Dag.Host.Reference;

/// <summary>The page that lists all activities.</summary>
internal static class ActivityIndex
{
    private const string Head =
        """
        # Activities

        <!-- Made from the activity classes by ./dag docs; a test compares. Change the classes. -->

        What every activity has — inputs and their expressions, outputs, ports, retries, timeouts, conditions — is described in
        [workflow JSON](../workflow-json.md). *Work* runs beside other work, with attempts; *control* decides within the run, in microseconds;
        a *trigger* starts runs, and in the middle of a run waits once.

        A workflow whose options say `usableAsActivity` is an activity too: its type is its name without blanks.

        """;

    /// <summary>The page as Markdown.</summary>
    public static string Write(IReadOnlyList<ActivityFamily> families)
    {
        var page = new StringBuilder(Head.ReplaceLineEndings("\n"));
        foreach (var family in families)
        {
            page.Append($"\n## [{family.Name}]({family.FileName})\n\n| activity | kind | what it does |\n|---|---|---|\n");
            foreach (var activity in family.Activities)
            {
                page.Append($"| [`{activity.Type}`]({family.FileName}#{Markdown.Anchor(activity.Type)}) | {KindOf(activity)} | {Markdown.Escape(activity.Description)} |\n");
            }
        }

        return page.ToString();
    }

    /// <summary>The kind of an activity in a word.</summary>
    public static string KindOf(ActivityDescriptor activity) => activity.Kind switch
    {
        ActivityKind.Job => "work",
        ActivityKind.Trigger => "trigger",
        _ => "control",
    };
}
