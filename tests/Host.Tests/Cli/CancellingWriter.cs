namespace Dag.Host.Tests.Cli;

/// <summary>Cancels at the first text that is written.</summary>
internal sealed class CancellingWriter(CancellationTokenSource source) : StringWriter
{
    public override void WriteLine(string? value) => source.Cancel();

    public override Task WriteAsync(string? value) => source.CancelAsync();
}
