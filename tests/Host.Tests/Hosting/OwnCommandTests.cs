using System.Diagnostics;
using Dag.Activities.Models;
using Dag.Host.Hosting;

namespace Dag.Host.Tests.Hosting;

public sealed class OwnCommandTests
{
    [Fact]
    public async Task The_program_started_again_is_the_child_process_of_XGBoost_and_ends_when_its_input_does()
    {
        var command = OwnCommand.Of(XgboostWorker.Verb);
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var frame = new byte[5];
        await process.StandardOutput.BaseStream.ReadExactlyAsync(frame, TestContext.Current.CancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(frame is [1, 0, 0, 0, 0], "The worker does not find XGBoost: apt-get install libxgboost0");
        Assert.Equal(1, process.ExitCode);
    }
}
