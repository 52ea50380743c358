using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quartz;
using Quartz.Extensibility;

namespace Dag.Workflows.Scheduling;

/// <summary>
/// The one Quartz scheduler of this process, with its store in memory. It fires named one-shot triggers, each for a handler; what must
/// be fired after a restart is known elsewhere.
/// </summary>
internal sealed class QuartzEngine : IAsyncDisposable
{
    // Quartz asks its store this often when nothing signals it; also the longest that a jump of the clock can go unseen.
    private static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(5);

    private readonly IScheduler _scheduler;
    private readonly HandlerJobs _jobs;

    private QuartzEngine(IScheduler scheduler, HandlerJobs jobs, TimeProvider timeProvider)
    {
        _scheduler = scheduler;
        _jobs = jobs;
        TimeProvider = timeProvider;
    }

    /// <summary>The clock that triggers follow.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>Starts a scheduler.</summary>
    /// <exception cref="ArgumentException">The options are wrong; the message lists every fault.</exception>
    public static async Task<QuartzEngine> StartAsync(
        SchedulingOptions options, TimeProvider timeProvider, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        if (string.Join("; ", options.Faults()) is { Length: > 0 } faults)
            throw new ArgumentException(faults, nameof(options));

        var jobs = new HandlerJobs();
        var scheduler = await QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.Services.AddSingleton(loggers).AddSingleton(typeof(ILogger<>), typeof(Logger<>));
            quartz.UseTimeProvider(timeProvider);
            quartz.UseJobFactory(jobs);
            quartz.UseDefaultThreadPool(options.WorkSlots + options.AlarmSlots);

            // No trigger is ever given up for being late: the handlers decide what lateness means.
            quartz.UseInMemoryStore(store => store.MisfireThreshold = TimeSpan.FromDays(36500));
            quartz.ConfigureScheduler(scheduler =>
            {
                scheduler.InstanceName = $"dag-{Guid.NewGuid():n}";
                scheduler.IdleWaitTime = IdleWait;
                scheduler.PropagateTraceContext = false;
            });
        }).BuildScheduler(cancellationToken);
        await scheduler.Start(cancellationToken);
        return new QuartzEngine(scheduler, jobs, timeProvider);
    }

    /// <summary>Has the triggers of a job handled; called once for each job, before its first trigger.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="handler">Gets the trigger's name. It must not throw.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task HandleAsync(string job, Func<string, Task> handler, CancellationToken cancellationToken)
    {
        _jobs.Add(job, handler);
        await _scheduler.AddJob(
            JobBuilder.Create<IJob>().WithIdentity(job).StoreDurably().Build(), new AddJobOptions(), cancellationToken);
    }

    /// <summary>Fires a trigger once, when it is due or now if that has passed. Its name must be new.</summary>
    /// <exception cref="SchedulerException">The scheduler has been shut down.</exception>
    public async ValueTask FireAsync(string job, string trigger, DateTimeOffset due, CancellationToken cancellationToken)
    {
        var now = TimeProvider.GetUtcNow();
        var built = TriggerBuilder.Create(TimeProvider).ForJob(job).WithIdentity(trigger, job).StartAt(due > now ? due : now).Build();
        await _scheduler.ScheduleJob(built, cancellationToken: cancellationToken);
    }

    /// <summary>Takes a trigger back, if it has not fired.</summary>
    public async ValueTask ForgetAsync(string job, string trigger, CancellationToken cancellationToken) =>
        await _scheduler.UnscheduleJob(new TriggerKey(trigger, job), cancellationToken);

    /// <summary>Stops firing; does not wait for handlers.</summary>
    public async ValueTask DisposeAsync() => await _scheduler.Shutdown(false, CancellationToken.None);

    /// <summary>Makes the one job object of a name, in the place of Quartz's activation by type.</summary>
    private sealed class HandlerJobs : IJobFactory
    {
        private readonly ConcurrentDictionary<string, JobScope> _scopes = new(StringComparer.Ordinal);

        public void Add(string job, Func<string, Task> handler)
        {
            if (!_scopes.TryAdd(job, new JobScope(new HandlerJob(handler))))
                throw new InvalidOperationException($"The job '{job}' is handled already.");
        }

        public ValueTask<JobScope> CreateJob(TriggerFiredBundle bundle, IScheduler scheduler, CancellationToken cancellationToken) =>
            new(_scopes[bundle.JobDetail.Key.Name]);

        public ValueTask ReturnJob(JobScope scope, CancellationToken cancellationToken) => default;
    }

    private sealed class HandlerJob(Func<string, Task> handler) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
            await handler(context.Trigger.Key.Name);
    }
}
