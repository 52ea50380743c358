namespace Dag.Workflows.Flowcharts;

/// <summary>What happens to tokens.</summary>
internal enum TokenMoveKind
{
    /// <summary>A token is put on a connection.</summary>
    Emit,

    /// <summary>A connection is blocked: its next token does not count.</summary>
    Block,

    /// <summary>A token has met the block of its connection.</summary>
    Pass,

    /// <summary>An activity takes in what has arrived for it.</summary>
    Consume,

    /// <summary>An activity was cancelled: nothing stays on its connections.</summary>
    Drop,

    /// <summary>Nothing stays on any connection.</summary>
    Clear,
}

/// <summary>A move of tokens in one number: the position of its connection or activity times eight, plus its kind.</summary>
internal static class TokenMove
{
    public static int Of(TokenMoveKind kind, int position) => (position << 3) | (int)kind;

    public static TokenMoveKind Kind(int move) => (TokenMoveKind)(move & 7);

    public static int Position(int move) => move >> 3;
}
