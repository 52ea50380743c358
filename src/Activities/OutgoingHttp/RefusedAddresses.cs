using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;

namespace Dag.Activities.OutgoingHttp;

/// <summary>Which addresses outgoing HTTP must not reach, because what answers there trusts whoever can reach it.</summary>
internal static class RefusedAddresses
{
    private static readonly IPNetwork[] _always =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("224.0.0.0/4"), IPNetwork.Parse("240.0.0.0/4"),
        IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("ff00::/8"), IPNetwork.Parse("::/128"),
    ];

    private static readonly IPNetwork[] _private =
    [
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fec0::/10"),
    ];

    // Metadata services outside the link-local ranges: Amazon over IPv6, Azure's host, Alibaba, Oracle.
    private static readonly FrozenSet<IPAddress> _metadata = new[] { "fd00:ec2::254", "168.63.129.16", "100.100.100.200", "192.0.0.192" }
        .Select(IPAddress.Parse).ToFrozenSet();

    private static readonly IPNetwork _nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork _sixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>What the address is, when it is refused; null when it may be called.</summary>
    /// <param name="address">Where a connection would go.</param>
    /// <param name="allowPrivate">Whether all loopback and private addresses may be called.</param>
    /// <param name="allowed">Otherwise, those that may be; link-local and metadata addresses are none of them.</param>
    public static string? WhyRefused(IPAddress address, bool allowPrivate, IReadOnlyList<IPNetwork>? allowed = null)
    {
        var meant = Unwrap(address);
        if (_metadata.Contains(meant))
        {
            return "a cloud metadata address";
        }

        if (_always.Any(network => network.Contains(meant)))
        {
            return "a link-local, multicast or reserved address";
        }

        return !allowPrivate && _private.Any(network => network.Contains(meant)) && allowed?.Any(network => network.Contains(meant)) != true ? "a loopback or private address" : null;
    }

    // An IPv4 address travels inside IPv6 in three ways; what counts is where it ends up.
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var plain = new IPAddress(address.GetAddressBytes());
        var bytes = plain.GetAddressBytes();
        return _nat64.Contains(plain) ? new IPAddress(bytes.AsSpan(12, 4))
            : _sixToFour.Contains(plain) ? new IPAddress(bytes.AsSpan(2, 4))
            : plain;
    }
}
