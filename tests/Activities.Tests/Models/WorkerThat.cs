namespace Dag.Activities.Tests.Models;

/// <summary>Child processes with bad habits, for what the parent makes of them.</summary>
internal static class WorkerThat
{
    public const string Verb = "worker-that";

    public const string DiesAfterReading = "dies-after-reading";

    public const string NeverAnswers = "never-answers";

    public const string LacksTheLibrary = "lacks-the-library";

    public const string TalksNonsense = "talks-nonsense";

    public static int Run(string habit)
    {
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        switch (habit)
        {
            case DiesAfterReading:
                output.Write([1, 0, 0, 0, 0]);
                output.Flush();
                input.ReadExactly(new byte[100]);
                Console.Error.WriteLine("free(): invalid pointer");
                return 139;
            case NeverAnswers:
                output.Write([1, 0, 0, 0, 0]);
                output.Flush();
                input.CopyTo(Stream.Null);
                return 1;
            case LacksTheLibrary:
                output.Write([2, 0, 0, 0, 0]);
                return 1;
            default:
                Console.WriteLine("Welcome to the wrong program.");
                return 0;
        }
    }
}
