using System;
using System.Linq;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests.Server;

/// <summary>The server's log comes in pieces as they were written, not in lines.</summary>
public sealed class LogReaderTests
{
    private readonly LogReader _reader = new();

    [Fact]
    public void Pieces_become_lines_with_the_time_of_their_beginning()
    {
        ComfyUILogEntry line = Assert.Single(Read(("2026-11-22T10:00:00.5", "one "), ("2026-11-22T10:00:01", "line\n")));
        Assert.Equal("one line", line.Message);
        Assert.Equal(new DateTime(2026, 11, 22, 10, 0, 0, 500), line.Time);
    }

    [Fact]
    public void A_piece_may_hold_several_lines_and_empty_ones_are_left_out()
        => Assert.Equal(["a", "b"], Read(("1", "a\n\nb\nc")).Select(line => line.Message));

    [Fact]
    public void A_line_that_is_not_finished_waits_for_its_rest()
    {
        Assert.Empty(Read(("1", "half")));
        Assert.Equal("half", _reader.Unfinished()!.Message);
        Assert.Equal("half whole", Assert.Single(Read(("1", "half"), ("2", " whole\n"))).Message);
        Assert.Null(_reader.Unfinished());
    }

    [Fact]
    public void A_progress_bar_shows_its_last_state()
        => Assert.Equal("100%", Assert.Single(Read(("1", "\r  0%"), ("2", "\r 50%"), ("3", "\r100%\r\n"))).Message);

    [Fact]
    public void Colours_and_control_characters_do_not_reach_the_terminal()
        => Assert.Equal("red and plain", Assert.Single(Read(("1", "\u001b[1;31mred\u001b[0m and\u001b]0;title\u0007 plain\u0008\n"))).Message);

    [Fact]
    public void Given_again_only_what_is_new_is_told()
    {
        Read(("1", "a\n"), ("2", "b\n"));
        Assert.Empty(Read(("1", "a\n"), ("2", "b\n")));
        Assert.Equal(["c"], Read(("1", "a\n"), ("2", "b\n"), ("3", "c\n")).Select(line => line.Message));
    }

    [Fact]
    public void When_the_last_one_is_forgotten_all_are_new()
    {
        Read(("1", "a\n"));
        Assert.Equal(["x", "y"], Read(("8", "x\n"), ("9", "y\n")).Select(line => line.Message));
    }

    [Fact]
    public void A_progress_bar_that_takes_the_place_of_its_last_state_does_not_bring_the_old_lines_back()
    {
        Read(("1", "a\n"), ("2", "\r 50%"));
        Assert.Empty(Read(("1", "a\n"), ("3", "\r 75%")));
        Assert.Equal(["100%", "b"], Read(("1", "a\n"), ("4", "\r100%\n"), ("5", "b\n")).Select(line => line.Message));
    }

    [Fact]
    public void What_an_event_tells_again_is_not_new()
    {
        Read(("1", "a\n"), ("2", "b\n"));
        Assert.Empty(Read(("1", "a\n")));
        Assert.Empty(Read(("2", "b\n")));
        Assert.Equal(["c"], Read(("3", "c\n")).Select(line => line.Message));
    }

    [Fact]
    public void The_plain_text_of_the_other_route_gives_the_same_lines()
    {
        ComfyUILogEntry[] lines = [.. LogReader.ReadText("2026-11-22T10:00:00 - one\nmore of it\n2026-11-22T10:00:01 - two - three\n")];
        Assert.Equal(["one", "more of it", "two - three"], lines.Select(line => line.Message));
        Assert.Null(lines[1].Time);
        Assert.Equal(1, lines[2].Time!.Value.Second);
    }

    private ComfyUILogEntry[] Read(params (string Time, string Text)[] pieces)
    {
        var entries = new JsonArray();
        foreach ((string time, string text) in pieces)
        {
            entries.Add(new JsonObject { ["t"] = time, ["m"] = text });
        }

        return [.. _reader.Read(new JsonObject { ["entries"] = entries })];
    }
}
