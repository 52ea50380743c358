using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dag.Workflows.Values;

namespace Dag.Workflows.Scripts;

/// <summary>
/// One child process, used by one evaluation at a time. Its frames are described in worker.mjs. Whatever its script does, it answers
/// within the time limit or is killed.
/// </summary>
internal sealed class ScriptChild : IDisposable
{
    private const byte Evaluate = 1, Define = 2, Check = 3, Value = 4;
    private const byte Ready = 0, Done = 1, Failed = 2, Need = 3, Fetch = 4;
    private const int HeaderSize = 5;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly JsonDocumentOptions ReaderOptions = new() { MaxDepth = 128 };

    private readonly ScriptOptions _options;
    private readonly Process _process;
    private readonly Stream _toChild;
    private readonly Stream _fromChild;
    private readonly ITimer _watch;
    private readonly ArrayBufferWriter<byte> _request = new(4096);
    private readonly ArrayBufferWriter<byte> _aside = new(256);
    private readonly Utf8JsonWriter _json;
    private readonly StringBuilder _complaints = new();
    private byte[] _answer = new byte[4096];
    private int _have;
    private bool _isLate;
    private bool _isDead;

    private ScriptChild(ScriptOptions options, Process process, TimeProvider clock)
    {
        _options = options;
        _process = process;
        _toChild = process.StandardInput.BaseStream;
        _fromChild = process.StandardOutput.BaseStream;
        _json = new Utf8JsonWriter(_request, WriterOptions);
        _watch = clock.CreateTimer(static child => ((ScriptChild)child!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        process.ErrorDataReceived += (_, e) => Complain(e.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>Evaluations so far.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Whether it can take another evaluation.</summary>
    public bool IsUsable => !_isDead && Evaluations < _options.EvaluationsPerChild && !_process.HasExited;

    /// <summary>Its process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts a child and waits until it is ready.</summary>
    /// <exception cref="ScriptUnavailableException">It cannot be started; the message says what to install.</exception>
    public static async ValueTask<ScriptChild> StartAsync(ScriptOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var child = new ScriptChild(options, ScriptLaunch.Start(options), clock);
        try
        {
            using var watching = child.Watch(options.StartLimit, cancellationToken);
            var (kind, version) = await child.ReceiveAsync(cancellationToken);
            ScriptLaunch.CheckVersion(kind == Ready ? version.ToString() : "");
            return child;
        }
        catch (ScriptUnavailableException)
        {
            child.Dispose();
            throw;
        }
        catch (ScriptException e)
        {
            child.Dispose();
            throw new ScriptUnavailableException($"JavaScript is not available: the process for scripts does not start. {child.Complaint()}".TrimEnd(), e);
        }
    }

    /// <summary>Evaluates a script.</summary>
    public async ValueTask<ScriptResult> EvaluateAsync(Script script, IScriptScope scope, CancellationToken cancellationToken)
    {
        Evaluations++;
        WriteEvaluate(script, scope);
        using var watching = Watch(_options.TimeLimit + _options.KillGrace, cancellationToken);
        await SendAsync(_request, cancellationToken);
        var defined = false;
        while (true)
        {
            var (kind, body) = await ReceiveAsync(cancellationToken);
            switch (kind)
            {
                case Done:
                    return ReadResult(body.Memory);
                case Failed:
                    throw new ScriptException(ReadFault(body.Memory));
                case Fetch:
                    WriteValue(scope.Find(JsonSerializer.Deserialize<string[]>(body.Memory.Span)!));
                    await SendAsync(_aside, cancellationToken);
                    break;
                case Need when !defined:
                    defined = true;
                    watching.Extend(_options.StartLimit);
                    await DefineAsync(script, scope.Context, cancellationToken);
                    watching.Extend(_options.TimeLimit + _options.KillGrace);
                    await SendAsync(_request, cancellationToken);
                    break;
                default:
                    Kill();
                    throw new ScriptException("The process for scripts gave an answer that does not belong here.");
            }
        }
    }

    /// <summary>What is wrong with a script, or null.</summary>
    public async ValueTask<string?> CheckAsync(Script script, CancellationToken cancellationToken)
    {
        Begin(_aside, Check);
        _aside.Write(Encoding.UTF8.GetBytes(script.Source));
        using var watching = Watch(_options.StartLimit, cancellationToken);
        await SendAsync(_aside, cancellationToken);
        var (kind, body) = await ReceiveAsync(cancellationToken);
        return kind == Done ? null : ReadFault(body.Memory);
    }

    public void Dispose()
    {
        Kill();
        _watch.Dispose();
        _json.Dispose();
        _process.Dispose();
    }

    private async ValueTask DefineAsync(Script script, ScriptContext context, CancellationToken cancellationToken)
    {
        Begin(_aside, Define);
        WriteKeys(_aside, context, script);
        _aside.Write(Encoding.UTF8.GetBytes($"{{\"shape\":{context.Shape},\"source\":{JsonSerializer.Serialize(script.Source)}}}"));
        await SendAsync(_aside, cancellationToken);
        var (kind, body) = await ReceiveAsync(cancellationToken);
        if (kind != Done)
        {
            throw new ScriptException(ReadFault(body.Memory));
        }
    }

    private void WriteEvaluate(Script script, IScriptScope scope)
    {
        Begin(_request, Evaluate);
        BinaryPrimitives.WriteUInt32LittleEndian(_request.GetSpan(4), (uint)_options.TimeLimit.TotalMilliseconds);
        _request.Advance(4);
        WriteKeys(_request, scope.Context, script);
        _json.Reset(_request);
        scope.WriteState(_json, script);
        _json.Flush();
    }

    private void WriteValue(object? value)
    {
        Begin(_aside, Value);
        using var json = new Utf8JsonWriter(_aside, WriterOptions);
        ScriptValues.Write(json, value);
        json.Flush();
    }

    private static void WriteKeys(ArrayBufferWriter<byte> buffer, ScriptContext context, Script script)
    {
        var span = buffer.GetSpan(2 + context.Key.Length + script.Id.Length);
        span[0] = (byte)context.Key.Length;
        span[1] = (byte)script.Id.Length;
        var length = 2 + Encoding.ASCII.GetBytes(context.Key, span[2..]);
        length += Encoding.ASCII.GetBytes(script.Id, span[length..]);
        buffer.Advance(length);
    }

    private static void Begin(ArrayBufferWriter<byte> buffer, byte kind)
    {
        buffer.ResetWrittenCount();
        buffer.GetSpan(HeaderSize)[4] = kind;
        buffer.Advance(HeaderSize);
    }

    private async ValueTask SendAsync(ArrayBufferWriter<byte> buffer, CancellationToken cancellationToken)
    {
        var array = System.Runtime.InteropServices.MemoryMarshal.AsMemory(buffer.WrittenMemory);
        BinaryPrimitives.WriteInt32LittleEndian(array.Span, array.Length - 4);
        try
        {
            await _toChild.WriteAsync(array, CancellationToken.None);
            await _toChild.FlushAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw Ended(cancellationToken);
        }
    }

    private async ValueTask<(byte Kind, Body Body)> ReceiveAsync(CancellationToken cancellationToken)
    {
        _have = 0;
        var need = 4;
        while (_have < need)
        {
            int read;
            try
            {
                read = await _fromChild.ReadAsync(_answer.AsMemory(_have), CancellationToken.None);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                read = 0;
            }

            if (read == 0)
            {
                throw Ended(cancellationToken);
            }

            _have += read;
            if (need == 4 && _have >= 4)
            {
                need = 4 + BinaryPrimitives.ReadInt32LittleEndian(_answer);
                if (_answer.Length < need)
                {
                    Array.Resize(ref _answer, need);
                }
            }
        }

        // The child says of itself that it must be replaced.
        _isDead |= _answer[5] != 0;
        return (_answer[4], new Body(_answer.AsMemory(6, need - 6)));
    }

    private Exception Ended(CancellationToken cancellationToken)
    {
        _isDead = true;
        return cancellationToken.IsCancellationRequested ? new OperationCanceledException(cancellationToken)
            : _isLate ? new ScriptException($"The script ran longer than {_options.TimeLimit.TotalSeconds:0.###} s and could not be stopped, so its process was killed.")
            : new ScriptException($"The script ended its process. {Complaint()}".TrimEnd());
    }

    private static ScriptResult ReadResult(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, ReaderOptions);
        var value = default(object);
        List<KeyValuePair<string, object?>>? variables = null;
        string[]? outcomes = null;
        string? correlationId = null, name = null;
        foreach (var member in document.RootElement.EnumerateObject())
        {
            switch (member.Name)
            {
                case "r":
                    value = ValueCodec.Read(member.Value);
                    break;
                case "v":
                    variables = [.. member.Value.EnumerateArray().Select(v => KeyValuePair.Create(v[0].GetString()!, ValueCodec.Read(v[1])))];
                    break;
                case "c":
                    correlationId = member.Value.GetString();
                    break;
                case "n":
                    name = member.Value.GetString();
                    break;
                case "o":
                    outcomes = [.. member.Value.EnumerateArray().Select(o => o.GetString()!)];
                    break;
            }
        }

        return new ScriptResult { Value = value, Variables = variables ?? [], CorrelationId = correlationId, Name = name, Outcomes = outcomes };
    }

    private static string ReadFault(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var message = document.RootElement.GetProperty("message").GetString()!;
        return document.RootElement.TryGetProperty("line", out var line) ? $"{message} (line {line.GetInt32()})" : message;
    }

    private Watching Watch(TimeSpan limit, CancellationToken cancellationToken)
    {
        _watch.Change(limit, Timeout.InfiniteTimeSpan);
        return new Watching(_watch, cancellationToken.UnsafeRegister(static child => ((ScriptChild)child!).Kill(), this));
    }

    private void Expire()
    {
        _isLate = true;
        Kill();
    }

    private void Kill()
    {
        _isDead = true;
        try
        {
            _process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself.
        }
    }

    private void Complain(string? line)
    {
        lock (_complaints)
        {
            if (line is not null && _complaints.Length < 2000)
            {
                _complaints.Append(line).Append(' ');
            }
        }
    }

    private string Complaint()
    {
        lock (_complaints)
        {
            return _complaints.ToString();
        }
    }

    private readonly record struct Body(ReadOnlyMemory<byte> Memory)
    {
        public override string ToString() => Encoding.UTF8.GetString(Memory.Span);
    }

    private readonly struct Watching(ITimer watch, CancellationTokenRegistration registration) : IDisposable
    {
        public void Extend(TimeSpan limit) => watch.Change(limit, Timeout.InfiniteTimeSpan);

        public void Dispose()
        {
            watch.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            registration.Dispose();
        }
    }
}
