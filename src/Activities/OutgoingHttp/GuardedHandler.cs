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
    public static SocketsHttpHandler Create(OutgoingHttpOptions options) => new()
    {
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, options, cancellationToken),
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = options.UseSystemProxy,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint endpoint, OutgoingHttpOptions options, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(endpoint.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(endpoint.Host, cancellationToken);
        foreach (var address in addresses)
        {
            if (RefusedAddresses.WhyRefused(address, options.AllowPrivateAddresses) is { } why)
            {
                throw new RefusedAddressException($"{endpoint.Host} leads to {address}, {why}, which outgoing HTTP refuses.");
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
