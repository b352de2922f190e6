using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Server;

/// <summary>Lists for completion: asked for seldom, and there even when the server is not.</summary>
public sealed class NameCacheTests
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(30);

    private readonly FakeClock _clock = new();
    private readonly NameCache _cache;
    private int _asked;

    public NameCacheTests() => _cache = new NameCache(new TaskWatch(_clock));

    [Fact]
    public async Task A_young_list_is_not_asked_for_again_and_an_old_one_is()
    {
        Assert.Equal("a", await GetAsync(() => Answer("a")));
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal("a", await GetAsync(() => Answer("b")));
        Assert.Equal(1, _asked);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("b", await GetAsync(() => Answer("b")));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Who_asks_meanwhile_shares_the_answer()
    {
        var held = new TaskCompletionSource<IReadOnlyList<string>>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<string> first = GetAsync(() => held.Task);
        Task<string> second = GetAsync(() => held.Task);
        held.SetResult(["a"]);
        Assert.Equal(["a", "a"], await Task.WhenAll(first, second));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task An_old_list_is_better_than_an_error_and_the_next_time_it_is_asked_again()
    {
        await GetAsync(() => Answer("a"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("a", await GetAsync(Failure));
        Assert.Equal("a", await GetAsync(Failure));
        Assert.Equal("b", await GetAsync(() => Answer("b")));
        Assert.Equal(4, _asked);
    }

    [Fact]
    public async Task An_old_list_is_better_than_waiting_and_the_answer_is_there_for_the_next_one()
    {
        await GetAsync(() => Answer("a"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        var held = new TaskCompletionSource<IReadOnlyList<string>>(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.Equal("a", await _clock.PassUntilAsync(GetAsync(() => held.Task)));
        Assert.Equal("a", await _clock.PassUntilAsync(GetAsync(() => Answer("not asked"))));
        held.SetResult(["b"]);
        await Eventually.TrueAsync(() => held.Task.IsCompleted);
        Assert.Equal("b", await GetAsync(() => Answer("not asked")));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Without_an_old_one_the_error_is_the_askers()
        => await Assert.ThrowsAsync<ComfyUIConnectionException>(() => GetAsync(Failure));

    private async Task<string> GetAsync(Func<Task<IReadOnlyList<string>>> ask)
        => string.Join(" ", await _cache.GetAsync("names", TimeToLive, () =>
        {
            _asked++;
            return ask();
        }));

    private static Task<IReadOnlyList<string>> Answer(string name) => Task.FromResult<IReadOnlyList<string>>([name]);

    private static Task<IReadOnlyList<string>> Failure() => throw new ComfyUIConnectionException(ComfyUIErrorId.ConnectionFailed, "away");
}
