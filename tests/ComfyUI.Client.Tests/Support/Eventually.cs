using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>Waits for what happens on another thread. How long it takes says nothing; that it never comes is a failure.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal static Task TrueAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string text = "")
        => TrueAsync(() => Task.FromResult(condition()), text);

    internal static async Task TrueAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        long began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, "It never came true: " + text);
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }
}
