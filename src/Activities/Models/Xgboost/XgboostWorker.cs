using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Dag.Activities.Models;

/// <summary>
/// The child process that trains with XGBoost: native code that can take a process down, and whose threads spin. It reads one job from
/// its standard input, answers in frames on its standard output, and ends.
/// </summary>
/// <remarks>Nothing else may be written to standard output by a verb that calls this.</remarks>
public static class XgboostWorker
{
    /// <summary>The verb by which an executable is asked to be the worker.</summary>
    public const string Verb = "xgboost-worker";

    /// <summary>Trains one model.</summary>
    /// <param name="input">Where the job comes from.</param>
    /// <param name="output">Where the frames go.</param>
    /// <returns>The exit code: 0 when a model was sent, 1 otherwise.</returns>
    public static int Run(Stream input, Stream output)
    {
        if (XgboostLibrary.TryLoad() is not { } library)
        {
            Send(output, XgboostFrame.Unavailable, []);
            return 1;
        }

        Send(output, XgboostFrame.Ready, []);
        try
        {
            Send(output, XgboostFrame.Model, Train(library, input, output));
            return 0;
        }
        catch (InvalidOperationException e)
        {
            Send(output, XgboostFrame.Fault, Encoding.UTF8.GetBytes(e.Message));
            return 1;
        }
        catch (IOException)
        {
            // The parent is gone, and nobody waits for the answer.
            return 1;
        }
    }

    private static unsafe byte[] Train(XgboostLibrary library, Stream input, Stream output)
    {
        var job = ReadJob(input);
        long columns = job.FeatureNames.Count;
        var values = ReadFloats(input, job.Rows * columns);
        var matrix = library.CreateMatrix(values, job.Rows, columns);
        NativeMemory.Free(values);
        var labels = ReadFloats(input, job.Rows);
        library.SetLabels(matrix, labels, job.Rows);
        NativeMemory.Free(labels);
        ExitWithParent(input);

        // Handles are not freed: the process ends with its one job.
        var booster = library.CreateBooster(matrix);
        foreach (var (name, value) in job.Parameters)
        {
            library.SetParameter(booster, name, value);
        }

        library.SetFeatureNames(booster, job.FeatureNames);
        Span<byte> number = stackalloc byte[4];
        for (var round = 0; round < job.Rounds; round++)
        {
            library.Update(booster, round, matrix);
            BinaryPrimitives.WriteInt32LittleEndian(number, round + 1);
            Send(output, XgboostFrame.Round, number);
        }

        return library.Save(booster);
    }

    private static XgboostJob ReadJob(Stream input)
    {
        Span<byte> length = stackalloc byte[4];
        input.ReadExactly(length);
        var json = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
        input.ReadExactly(json);
        return ModelJson.Read<XgboostJob>(json);
    }

    // Native memory, because a matrix can be larger than an array may be.
    private static unsafe float* ReadFloats(Stream input, long count)
    {
        var bytes = count * sizeof(float);
        var memory = (byte*)NativeMemory.Alloc((nuint)bytes);
        for (long at = 0; at < bytes;)
        {
            var part = new Span<byte>(memory + at, (int)Math.Min(bytes - at, 1 << 20));
            input.ReadExactly(part);
            at += part.Length;
        }

        return (float*)memory;
    }

    // The parent keeps the input open until it has the model. When it dies, nobody waits for the result.
    private static void ExitWithParent(Stream input) => new Thread(() =>
    {
        try
        {
            if (input.ReadByte() < 0)
            {
                Environment.Exit(1);
            }
        }
        catch (IOException)
        {
            Environment.Exit(1);
        }
    })
    { IsBackground = true }.Start();

    private static void Send(Stream output, XgboostFrame frame, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = (byte)frame;
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], content.Length);
        output.Write(head);
        output.Write(content);
        output.Flush();
    }
}
