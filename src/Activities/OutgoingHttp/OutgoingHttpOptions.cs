using System.Net;

namespace Dag.Activities.OutgoingHttp;

/// <summary>Where activities may send HTTP requests. Link-local and cloud metadata addresses are refused always.</summary>
public sealed class OutgoingHttpOptions
{
    /// <summary>
    /// Whether notifications may go to loopback and private networks; default true, as they often go to a server next door, and where they
    /// go is fixed by whoever wrote the workflow.
    /// </summary>
    public bool AllowPrivateAddresses { get; set; } = true;

    /// <summary>
    /// The loopback and private networks that the HTTP request activities may call; default none, as what they call may come from a caller's
    /// data, and what answers there, this service included, trusts whoever reaches it.
    /// </summary>
    public IReadOnlyList<IPNetwork> AllowedNetworks { get; set; } = [];

    /// <summary>
    /// Whether requests go through the proxy that the environment names; default false. A proxy resolves names itself, so that only
    /// its own address can be checked here.
    /// </summary>
    public bool UseSystemProxy { get; set; }
}
