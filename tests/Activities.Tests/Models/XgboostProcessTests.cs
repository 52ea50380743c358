using System.Diagnostics;
using System.Text.Json;
using Dag.Activities.Models;
using Dag.Tests;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Tests.Models;

public sealed class XgboostProcessTests
{
    private readonly GoldenData _data = GoldenData.Read("wine");

    [Fact]
    public async Task A_child_that_dies_gives_an_error_with_its_exit_code_and_last_words()
    {
        var fault = await Assert.ThrowsAsync<ActivityException>(() => TrainAsync(TestWorker.Options(WorkerThat.DiesAfterReading)));

        Assert.StartsWith("The child process of XGBoost died while training on 133 rows of 13 features (signal 11).", fault.Message);
        Assert.Contains("free(): invalid pointer", fault.Message);
        Assert.True(fault.Retryable);
    }

    [Fact]
    public async Task A_program_that_is_no_worker_is_named_as_such()
    {
        var fault = await Assert.ThrowsAsync<ActivityException>(() => TrainAsync(TestWorker.Options(WorkerThat.TalksNonsense)));

        Assert.Contains("ModelOptions.WorkerCommand", fault.Message);
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_named()
    {
        var options = new ModelOptions { WorkerCommand = ["/no/such/program"] };
        var fault = await Assert.ThrowsAsync<ActivityException>(() => TrainAsync(options));

        Assert.Contains("'/no/such/program'", fault.Message);
    }

    [Fact]
    public async Task What_XGBoost_refuses_is_told_in_its_words()
    {
        using var trainer = new XgboostTrainer(TestWorker.Options(), TimeProvider.System);
        var fault = await Assert.ThrowsAsync<ActivityException>(() =>
            trainer.TrainAsync(Problem(new TrainingParameters { LearningRate = -1 }), TestContext.Current.CancellationToken));

        Assert.Contains("learning_rate", fault.Message);
        Assert.False(fault.Retryable);
    }

    [Fact]
    public async Task Cancelling_kills_the_child()
    {
        using var cancellation = new CancellationTokenSource();
        var training = TrainAsync(TestWorker.Options(WorkerThat.NeverAnswers), cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training);
    }

    [Fact]
    public async Task A_child_whose_parent_dies_in_the_middle_of_a_training_ends()
    {
        var job = new XgboostJob
        {
            Rows = 4,
            FeatureNames = ["x"],
            Rounds = int.MaxValue,
            Parameters = new Dictionary<string, string> { ["nthread"] = "1" },
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(job, ModelJson.Options);
        var command = TestWorker.Options().WorkerCommand!;
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var input = process.StandardInput.BaseStream;
        await input.WriteAsync(BitConverter.GetBytes(json.Length), TestContext.Current.CancellationToken);
        await input.WriteAsync(json, TestContext.Current.CancellationToken);
        await FloatStream.WriteAsync(input, [1, 2, 3, 4, 1, 2, 3, 4], TestContext.Current.CancellationToken);
        await input.FlushAsync(TestContext.Current.CancellationToken);
        var readyAndFirstRound = new byte[5 + 9];
        await process.StandardOutput.BaseStream.ReadExactlyAsync(readyAndFirstRound, TestContext.Current.CancellationToken);
        process.StandardInput.Close();
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal([(byte)XgboostFrame.Round, 4, 0, 0, 0, 1, 0, 0, 0], readyAndFirstRound[5..]);
        Assert.Equal(1, process.ExitCode);
    }

    [Fact]
    public async Task A_training_over_its_time_ends_with_an_error()
    {
        var clock = new FakeTimeProvider();
        var options = TestWorker.Options(WorkerThat.NeverAnswers);
        options.TrainingTimeout = TimeSpan.FromMinutes(3);
        using var trainer = new XgboostTrainer(options, clock);
        var training = trainer.TrainAsync(Problem(new TrainingParameters()), TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromMinutes(4));

        Assert.Contains("did not finish within 00:03:00", (await Assert.ThrowsAsync<ActivityException>(() => training)).Message);
    }

    [Fact]
    public async Task Without_the_library_the_others_are_trained_and_one_warning_says_what_to_install()
    {
        var log = new RecordingLogger<ModelTraining>();
        using var xgboost = new XgboostTrainer(TestWorker.Options(WorkerThat.LacksTheLibrary), TimeProvider.System);
        var training = new ModelTraining([new DummyTrainer(), new LogisticRegressionTrainer(), xgboost], TimeProvider.System, log);
        var request = new TrainingRequest { Target = "target" };

        var first = await training.TrainAsync(_data.Table, request, null, TestContext.Current.CancellationToken);
        var second = await training.TrainAsync(_data.Table, request, null, TestContext.Current.CancellationToken);

        Assert.Equal(["dummy", "logistic"], first.Candidates.Select(c => c.Candidate));
        Assert.Equal("logistic", second.Chosen.Candidate);
        Assert.Contains(second.Notes, note => note.Contains("libxgboost0"));
        Assert.Contains("libxgboost0", Assert.Single(log.Messages, m => m.Level == LogLevel.Warning).Text);
    }

    [Fact]
    public async Task Without_the_library_and_other_candidates_nothing_is_trained()
    {
        using var xgboost = new XgboostTrainer(TestWorker.Options(WorkerThat.LacksTheLibrary), TimeProvider.System);
        var training = new ModelTraining([new DummyTrainer(), xgboost], TimeProvider.System, new RecordingLogger<ModelTraining>());
        var request = new TrainingRequest { Target = "target", Candidates = ["xgboost"] };

        var fault = await Assert.ThrowsAsync<ActivityException>(() =>
            training.TrainAsync(_data.Table, request, null, TestContext.Current.CancellationToken));

        Assert.Contains("libxgboost0", fault.Message);
    }

    private async Task<TrainedModel> TrainAsync(ModelOptions options, CancellationToken? token = null)
    {
        using var trainer = new XgboostTrainer(options, TimeProvider.System);
        return await trainer.TrainAsync(Problem(new TrainingParameters()), token ?? TestContext.Current.CancellationToken);
    }

    private TrainingProblem Problem(TrainingParameters parameters)
    {
        var target = TargetDetection.Detect(_data.Table, "target", ModelTask.Auto);
        var encoding = FeatureEncodingFit.Fit(
            _data.Table, _data.Split.Train, FeatureColumns.Choose(_data.Table, [], "target"), maxCategories: 50, dropIdentifiers: true);
        return new TrainingProblem
        {
            Task = target.Task,
            Outputs = target.Outputs,
            Rows = encoding.Encode(_data.Table, _data.Split.Train, filled: false),
            Target = [.. _data.Split.Train.Select(r => target.Values[r])],
            FeatureNames = encoding.FeatureNames(filled: false),
            Parameters = parameters,
        };
    }
}
