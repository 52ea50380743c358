using System.Diagnostics;
using System.Text.Json;
using Dag.Host.Reference;
using Dag.Host.Tests.Docs;

namespace Dag.Host.Tests.Reference;

/// <summary>The language service of Visual Studio Code, with the schema of the repository.</summary>
internal static class EditorLanguage
{
    /// <summary>What it says of documents.</summary>
    public static async Task<IReadOnlyList<EditorAnswer>> AskAsync(params IReadOnlyList<EditorDocument> documents)
    {
        var script = Path.Combine(Repository.Root, "tests", "Host.Tests", "Reference", "editor.mjs");
        var start = new ProcessStartInfo("node", [script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var node = Process.Start(start)!;
        var schema = JsonDocument.Parse(Repository.Read(ReferenceFiles.Schema)).RootElement;
        var output = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(new { schema, documents }, JsonSerializerOptions.Web));
        node.StandardInput.Close();
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, await errors);
        return JsonSerializer.Deserialize<IReadOnlyList<EditorAnswer>>(await output, JsonSerializerOptions.Web)!;
    }
}

/// <summary>A document.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Offset">Where somebody asks for completion; null for nowhere.</param>
internal sealed record EditorDocument(string Text, int? Offset = null)
{
    /// <summary>A document with a mark where somebody asks for completion.</summary>
    public static EditorDocument At(string marked, char mark) => new(marked.Replace($"{mark}", ""), marked.IndexOf(mark, StringComparison.Ordinal));
}

/// <summary>What is wrong with a document, and what is offered there.</summary>
internal sealed record EditorAnswer(IReadOnlyList<string> Faults, IReadOnlyList<EditorOffer> Offers);

/// <summary>A completion.</summary>
/// <param name="Label">What is shown.</param>
/// <param name="Text">What is inserted.</param>
/// <param name="About">What is told about it.</param>
internal sealed record EditorOffer(string Label, string Text, string About);
