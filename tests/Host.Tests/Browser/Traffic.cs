using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>What a page asks for, and what it complains of.</summary>
internal sealed class Traffic : IDisposable
{
    private readonly ConcurrentQueue<IRequest> _requests = new();
    private readonly ConcurrentQueue<string> _elsewhere = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly IPage _page;
    private readonly string _origin;

    public Traffic(IPage page, Uri site)
    {
        _page = page;
        _origin = site.GetLeftPart(UriPartial.Authority);
        page.Request += Note;
        page.WebSocket += Note;
        page.PageError += Complain;
        page.Console += Note;
    }

    /// <summary>The requests so far.</summary>
    public IReadOnlyCollection<IRequest> Requests => _requests;

    /// <summary>The sockets so far.</summary>
    public ConcurrentQueue<IWebSocket> Sockets { get; } = new();

    /// <summary>What the console may say because of what the test does.</summary>
    public string? Expected { get; set; }

    /// <summary>
    /// Waits until nothing has been loaded for half a second: each part of Studio's page of a run has a socket of its own, and hears of nothing
    /// until that is open. Playwright's state of an idle network, once reached, is not left again.
    /// </summary>
    public Task QuietAsync() => _page.EvaluateAsync("""
        () => new Promise(resolve => {
          let timer;
          const observer = new PerformanceObserver(() => wait());
          const wait = () => {
            clearTimeout(timer);
            timer = setTimeout(() => { observer.disconnect(); resolve(); }, 500);
          };
          observer.observe({ type: 'resource' });
          wait();
        })
        """);

    /// <summary>Looks no longer.</summary>
    public void Dispose()
    {
        _page.Request -= Note;
        _page.WebSocket -= Note;
        _page.PageError -= Complain;
        _page.Console -= Note;
    }

    /// <summary>Nothing was asked of other machines, and nothing went wrong.</summary>
    public void AssertClean()
    {
        Assert.Empty(_elsewhere);
        Assert.DoesNotContain(_complaints, c => Expected is null || !c.Contains(Expected, StringComparison.Ordinal));
    }

    private void Note(object? sender, IRequest request)
    {
        _requests.Enqueue(request);
        Look(request.Url);
    }

    private void Note(object? sender, IWebSocket socket)
    {
        Sockets.Enqueue(socket);
        Look(socket.Url);
    }

    private void Note(object? sender, IConsoleMessage message)
    {
        if (message.Type == "error")
        {
            Complain(sender, message.Text);
        }
    }

    private void Complain(object? sender, string text) => _complaints.Enqueue(text);

    private void Look(string url)
    {
        var ours = url.StartsWith(_origin + "/", StringComparison.Ordinal) || url.StartsWith(_origin.Replace("http", "ws", StringComparison.Ordinal) + "/", StringComparison.Ordinal);
        if (!ours && !url.StartsWith("data:", StringComparison.Ordinal) && !url.StartsWith("blob:" + _origin, StringComparison.Ordinal))
        {
            _elsewhere.Enqueue(url);
        }
    }
}
