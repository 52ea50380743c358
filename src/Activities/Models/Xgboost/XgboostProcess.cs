using System.Buffers.Binary;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Dag.Workflows.Activities;

namespace Dag.Activities.Models;

/// <summary>One child process from the parent's side: started for one training, killed when it is not wanted any more.</summary>
internal sealed class XgboostProcess : IAsyncDisposable
{
    private const int KeptErrorText = 2000;

    private readonly Process _process;
    private readonly Task<string> _errorText;

    private XgboostProcess(Process process)
    {
        _process = process;
        _errorText = ReadTailAsync(process.StandardError);
    }

    private Stream Input => _process.StandardInput.BaseStream;

    private Stream Output => _process.StandardOutput.BaseStream;

    /// <exception cref="ActivityException">The command cannot be started.</exception>
    public static XgboostProcess Start(ModelOptions options)
    {
        var command = options.WorkerCommand ?? OwnCommand();
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // Threads that wait without spinning leave the processors to the others.
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        start.Environment["OMP_NUM_THREADS"] = options.Threads.ToString(System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            return new XgboostProcess(Process.Start(start) ?? throw new InvalidOperationException("No process was started."));
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            throw new ActivityException(
                $"The child process of XGBoost does not start ('{string.Join(' ', command)}'): {e.Message} "
                + "Check ModelOptions.WorkerCommand.",
                e);
        }
    }

    /// <summary>Sends the job and waits for the model.</summary>
    /// <exception cref="TrainerUnavailableException">The library is not installed.</exception>
    /// <exception cref="ActivityException">XGBoost refuses the job, or the process died.</exception>
    public async Task<byte[]> TrainAsync(
        XgboostJob job, EncodedRows rows, double[] labels, Action<double>? progress, CancellationToken token)
    {
        try
        {
            await ExpectReadyAsync(token);
            await SendAsync(job, rows, labels, token);
            while (true)
            {
                var (frame, content) = await ReceiveAsync(token);
                switch (frame)
                {
                    case XgboostFrame.Round:
                        progress?.Invoke((double)BinaryPrimitives.ReadInt32LittleEndian(content) / job.Rounds);
                        break;
                    case XgboostFrame.Model:
                        return content;
                    default:
                        throw new ActivityException($"XGBoost refuses the training: {Encoding.UTF8.GetString(content)}")
                        {
                            Retryable = false,
                        };
                }
            }
        }
        catch (IOException e)
        {
            throw new ActivityException(await DescribeDeathAsync(job, token), e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static IReadOnlyList<string> OwnCommand()
    {
        var program = Environment.ProcessPath ?? throw new ActivityException("Set ModelOptions.WorkerCommand: this process has no path.");
        var entry = Assembly.GetEntryAssembly()?.Location;
        return Path.GetFileNameWithoutExtension(program) == "dotnet" && entry is { Length: > 0 }
            ? [program, entry, XgboostWorker.Verb]
            : [program, XgboostWorker.Verb];
    }

    private static async Task<string> ReadTailAsync(StreamReader reader)
    {
        var tail = "";
        while (await reader.ReadLineAsync() is { } line)
        {
            tail += line + '\n';
            tail = tail[Math.Max(0, tail.Length - KeptErrorText)..];
        }

        return tail.Trim();
    }

    private async Task ExpectReadyAsync(CancellationToken token)
    {
        var (frame, _) = await ReceiveAsync(token);
        if (frame == XgboostFrame.Unavailable)
        {
            throw new TrainerUnavailableException(XgboostLibrary.Install);
        }

        if (frame != XgboostFrame.Ready)
        {
            throw new ActivityException("The child process of XGBoost speaks another language. ModelOptions.WorkerCommand must start a "
                + $"program that calls {nameof(XgboostWorker)}.{nameof(XgboostWorker.Run)} and writes nothing else.")
            { Retryable = false };
        }
    }

    private async Task SendAsync(XgboostJob job, EncodedRows rows, double[] labels, CancellationToken token)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(job, ModelJson.Options);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, json.Length);
        await Input.WriteAsync(length, token);
        await Input.WriteAsync(json, token);
        await FloatStream.WriteAsync(Input, rows, token);
        await FloatStream.WriteAsync(Input, labels, token);
        await Input.FlushAsync(token);
    }

    private async Task<(XgboostFrame Frame, byte[] Content)> ReceiveAsync(CancellationToken token)
    {
        var head = new byte[5];
        await Output.ReadExactlyAsync(head, token);
        var length = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(1));
        if (!Enum.IsDefined((XgboostFrame)head[0]) || length < 0)
        {
            return (default, []);
        }

        var content = new byte[length];
        await Output.ReadExactlyAsync(content, token);
        return ((XgboostFrame)head[0], content);
    }

    private async Task<string> DescribeDeathAsync(XgboostJob job, CancellationToken token)
    {
        await _process.WaitForExitAsync(token);
        var said = await _errorText.WaitAsync(token);
        var code = _process.ExitCode;
        var cause = code switch
        {
            137 => "it was killed, probably because the machine ran out of memory: lower maxRows",
            > 128 => $"signal {code - 128}",
            _ => $"exit code {code}",
        };
        return $"The child process of XGBoost died while training on {job.Rows:N0} rows of {job.FeatureNames.Count:N0} features ({cause})."
            + (said.Length > 0 ? $" Its last words: {said}" : "");
    }
}
