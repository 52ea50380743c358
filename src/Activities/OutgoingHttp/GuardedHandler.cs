using System.Net;
using System.Net.Sockets;

namespace Dag.Activities.OutgoingHttp;

/// <summary>
/// Makes HTTP handlers whose connections are checked where they are made: after the name was resolved and for each redirect, so that
/// neither a DNS record nor an answer can lead to a refused address.
/// </summary>
internal static class GuardedHandler
{
    /// <summary>A handler that follows no redirects and keeps no cookies.</summary>
    /// <param name="options">What is allowed.</param>
    /// <param name="allowPrivate">Whether all private addresses are.</param>
    public static SocketsHttpHandler Create(OutgoingHttpOptions options, bool allowPrivate) => new()
    {
        ConnectCallback = (context, cancellationToken) => ConnectAsync(
            context.DnsEndPoint, address => RefusedAddresses.WhyRefused(address, allowPrivate, options.AllowedNetworks), cancellationToken),
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = options.UseSystemProxy,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint endpoint, Func<IPAddress, string?> whyRefused, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(endpoint.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(endpoint.Host, cancellationToken);
        foreach (var address in addresses)
        {
            if (whyRefused(address) is { } why)
            {
                throw new RefusedAddressException($"{endpoint.Host} leads to {address}, {why}, which outgoing HTTP refuses.")
                {
                    CanBeAllowed = RefusedAddresses.WhyRefused(address, allowPrivate: true) is null,
                };
            }
        }

        // To the addresses that were checked: the name is not resolved again.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, endpoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
