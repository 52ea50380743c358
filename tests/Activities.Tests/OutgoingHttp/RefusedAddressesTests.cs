using System.Net;
using Dag.Activities.OutgoingHttp;

namespace Dag.Activities.Tests.OutgoingHttp;

public class RefusedAddressesTests
{
    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("168.63.129.16")]
    [InlineData("100.100.100.200")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("::")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::169.254.169.254")]
    [InlineData("2002:a9fe:a9fe::1")]
    public void Link_local_metadata_and_reserved_addresses_are_refused_always(string address) =>
        Assert.NotNull(RefusedAddresses.WhyRefused(IPAddress.Parse(address), allowPrivate: true));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("::1")]
    [InlineData("fd12::1")]
    [InlineData("::ffff:10.0.0.1")]
    public void Loopback_and_private_addresses_are_refused_only_when_asked_for(string address)
    {
        Assert.Null(RefusedAddresses.WhyRefused(IPAddress.Parse(address), allowPrivate: true));
        Assert.NotNull(RefusedAddresses.WhyRefused(IPAddress.Parse(address), allowPrivate: false));
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("169.253.0.1")]
    [InlineData("2606:4700::1111")]
    public void Public_addresses_are_called(string address) =>
        Assert.Null(RefusedAddresses.WhyRefused(IPAddress.Parse(address), allowPrivate: false));
}
