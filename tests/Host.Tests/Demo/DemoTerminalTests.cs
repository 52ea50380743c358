using Dag.Host.Demo;
using Dag.Tests;

namespace Dag.Host.Tests.Demo;

public sealed class DemoTerminalTests
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    [Fact]
    public void Without_a_terminal_there_is_no_moving_line_and_no_colour()
    {
        var terminal = Terminal(live: false, color: false);
        terminal.Status("working", "working");
        terminal.Line(terminal.Good("done"));
        Assert.Equal("done\n", _output.ToString());
    }

    [Fact]
    public void The_moving_line_gives_way_to_a_line_that_stays()
    {
        var terminal = Terminal(live: true, color: false);
        terminal.Status("50 %", "50 %");
        terminal.Line("done");
        terminal.Line("next");
        Assert.Equal("\r\u001b[2K50 %\r\u001b[2Kdone\nnext\n", _output.ToString());
    }

    [Fact]
    public void A_moving_line_that_is_too_long_is_cut_so_that_it_stays_one_line()
    {
        Terminal(live: true, color: true).Status(new string('x', 50), "\u001b[36m" + new string('x', 50) + "\u001b[0m");
        Assert.Equal("\r\u001b[2K" + new string('x', 39), _output.ToString());
    }

    [Fact]
    public void Colours_end_where_the_text_ends()
    {
        Assert.Equal("\u001b[32mok\u001b[0m", Terminal(live: true, color: true).Good("ok"));
        Assert.Equal("ok", Terminal(live: true, color: false).Good("ok"));
    }

    [Fact]
    public void Long_text_is_wrapped_between_words_under_its_beginning()
    {
        Terminal(live: false, color: false).Wrapped("  - ", "    ", "one two three four five six seven eight nine", t => t);
        Assert.Equal("  - one two three four five six seven\n    eight nine\n", _output.ToString());
    }

    [Theory]
    [InlineData(0, "          ")]
    [InlineData(0.5, "█████     ")]
    [InlineData(0.55, "█████▌    ")]
    [InlineData(1, "██████████")]
    [InlineData(1.7, "██████████")]
    public void A_bar_shows_the_share_in_eighths(double fraction, string bar) => Assert.Equal(bar, TextLayout.Bar(fraction, 10));

    [Theory]
    [InlineData(999, "999 B")]
    [InlineData(165_852, "166 kB")]
    [InlineData(1_784_867, "1.8 MB")]
    [InlineData(2_500_000_000, "2.50 GB")]
    public void Sizes_have_a_unit_that_fits(double bytes, string text) => Assert.Equal(text, TextLayout.Bytes(bytes));

    private DemoTerminal Terminal(bool live, bool color) =>
        new(_output, new FakeTimeProvider()) { IsLive = live, HasColor = color, Width = () => 40 };
}
