namespace Dag.Activities.DuckDb;

/// <summary>
/// Interrupts what runs on a connection once the token is cancelled. The engine forgets an interrupt that comes just before a
/// statement starts, so it is repeated until the statement has returned.
/// </summary>
internal readonly struct Interruption : IDisposable
{
    private readonly CancellationTokenRegistration _registration;
    private readonly Repeater? _repeater;

    public Interruption(ConnectionHandle connection, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (cancellationToken.CanBeCanceled)
        {
            _repeater = new Repeater(connection);
            _registration = cancellationToken.UnsafeRegister(static r => ((Repeater)r!).Start(), _repeater);
        }
    }

    public void Dispose()
    {
        _registration.Dispose();
        _repeater?.Dispose();
    }

    private sealed class Repeater(ConnectionHandle connection) : IDisposable
    {
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
        private readonly Lock _gate = new();
        private ITimer? _timer;
        private bool _over;

        public void Start()
        {
            lock (_gate)
            {
                _timer = _over
                    ? null
                    : TimeProvider.System.CreateTimer(static r => ((Repeater)r!).Interrupt(), this, TimeSpan.Zero, Interval);
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _over = true;
                _timer?.Dispose();
            }
        }

        // Under the lock, so that no interrupt reaches the connection's next statement.
        private void Interrupt()
        {
            lock (_gate)
            {
                if (!_over && !connection.IsClosed)
                {
                    NativeMethods.duckdb_interrupt(connection);
                }
            }
        }
    }
}
