using System.Buffers.Binary;
using System.Text;

namespace Dag.Host.Tests.Telemetry;

/// <summary>A Protobuf message without its schema: fields by number, as they lie on the wire.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, ulong Number, byte[]? Bytes)> _fields = [];

    public ProtoMessage(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var key = Varint(bytes, ref at);
            var field = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    _fields.Add((field, Varint(bytes, ref at), null));
                    break;
                case 1:
                    _fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]), null));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(bytes, ref at);
                    _fields.Add((field, 0, bytes.Slice(at, length).ToArray()));
                    at += length;
                    break;
                case 5:
                    _fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]), null));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {key & 7} is none.");
            }
        }
    }

    /// <summary>The messages of a repeated field, or along several of them.</summary>
    public IEnumerable<ProtoMessage> All(params int[] path) => path.Length == 0
        ? [this]
        : _fields.Where(f => f.Field == path[0]).SelectMany(f => new ProtoMessage(f.Bytes!).All(path[1..]));

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public string Hex(int field) => Convert.ToHexStringLower(Bytes(field));

    public ulong Number(int field) => _fields.LastOrDefault(f => f.Field == field).Number;

    /// <summary>OTLP's attributes, whose values are texts, booleans or whole numbers here.</summary>
    public Dictionary<string, object> Attributes(int field) => All(field).ToDictionary(a => a.Text(1), a => ValueOf(a.All(2).Single()));

    private static object ValueOf(ProtoMessage value) => value._fields.Single() switch
    {
        (1, _, { } text) => Encoding.UTF8.GetString(text),
        (2, var flag, _) => flag == 1,
        (_, var number, _) => (long)number,
    };

    private byte[] Bytes(int field) => _fields.LastOrDefault(f => f.Field == field).Bytes ?? [];

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var b = bytes[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }
    }
}
