namespace Dag.Activities.OutgoingHttp;

/// <summary>Where activities may send HTTP requests. Link-local and cloud metadata addresses are refused always.</summary>
public sealed class OutgoingHttpOptions
{
    /// <summary>Whether loopback and private networks may be called; default true, as notifications often go to a server next door.</summary>
    public bool AllowPrivateAddresses { get; set; } = true;

    /// <summary>
    /// Whether requests go through the proxy that the environment names; default false. A proxy resolves names itself, so that only
    /// its own address can be checked here.
    /// </summary>
    public bool UseSystemProxy { get; set; }
}
