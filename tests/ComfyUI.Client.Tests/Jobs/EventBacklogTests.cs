using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>What is kept for a watcher that is slower than the server.</summary>
public sealed class EventBacklogTests
{
    [Fact]
    public void Steps_give_way_when_there_are_too_many_and_nothing_else_does()
    {
        var backlog = new EventBacklog();
        Add(backlog, new ExecutionStartEvent("a", null));
        for (int i = 0; i < 10 * EventBacklog.Most; i++)
        {
            Add(backlog, new ProgressEvent("a", "1", i, 100_000));
        }

        Add(backlog, new ExecutedEvent("a", "1", new JsonObject()));

        List<ServerEvent> left = Rest(backlog);
        Assert.InRange(left.Count, 2, EventBacklog.Most);
        Assert.IsType<ExecutionStartEvent>(left[0]);
        Assert.IsType<ExecutedEvent>(left[^1]);
        Assert.Equal((10 * EventBacklog.Most) - 1, Assert.IsType<ProgressEvent>(left[^2]).Value);
    }

    [Fact]
    public void Pictures_are_bounded_by_their_size()
    {
        var backlog = new EventBacklog();
        for (int i = 0; i < 200; i++)
        {
            Add(backlog, new PreviewEvent("a", "1", "image/png", new byte[1024 * 1024]));
        }

        Assert.InRange(Rest(backlog).Count, 1, EventBacklog.MostBytes / 1024 / 1024);
        Add(backlog, new PreviewEvent("a", "1", "image/png", new byte[2 * EventBacklog.MostBytes]));
        Assert.Single(Rest(backlog));
    }

    [Fact]
    public void A_server_that_talks_without_end_is_bounded_too()
    {
        var backlog = new EventBacklog();
        for (int i = 0; i < 10 * EventBacklog.Most; i++)
        {
            Add(backlog, new TextEvent("a", "1", JsonAccess.Invariant(i)));
        }

        List<ServerEvent> left = Rest(backlog);
        Assert.InRange(left.Count, 1, EventBacklog.Most);
        Assert.Equal(JsonAccess.Invariant((10 * EventBacklog.Most) - 1), Assert.IsType<TextEvent>(left[^1]).Text);
    }

    [Fact]
    public void States_of_many_nodes_and_long_texts_weigh_what_they_are()
    {
        var backlog = new EventBacklog();
        var nodes = new NodeState[500];
        for (int i = 0; i < EventBacklog.Most; i++)
        {
            Add(backlog, new ProgressStateEvent("a", nodes));
        }

        Assert.InRange(Rest(backlog).Count, 1, EventBacklog.MostBytes / nodes.Length / 16);
        string text = new('x', 1024 * 1024);
        for (int i = 0; i < 200; i++)
        {
            Add(backlog, new TextEvent("a", "1", text));
        }

        Assert.InRange(Rest(backlog).Count, 1, EventBacklog.MostBytes / text.Length);
    }

    private static void Add(EventBacklog backlog, ServerEvent received) => backlog.Add(new HeardEvent(received, DateTimeOffset.UnixEpoch, 0));

    private static List<ServerEvent> Rest(EventBacklog backlog)
    {
        var rest = new List<ServerEvent>();
        while (backlog.Next() is { } heard)
        {
            rest.Add(heard.Event!);
        }

        return rest;
    }
}
