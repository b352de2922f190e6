using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Jobs;

/// <summary>Whoever waits, and however many: one question to the queue at a time.</summary>
public sealed class QueueWatchTests
{
    [Fact]
    public async Task Jobs_that_come_just_as_the_last_one_goes_are_asked_about_once()
    {
        var server = new EmptyServer();
        var time = new TaskWatch(new HurriedClock());
        using var watch = new QueueWatch(server, time, (_, _) => { });
        for (int round = 0; round < 3000; round++)
        {
            // The loop goes to its end for want of jobs, and may be anywhere on its way there when the next ones come.
            TrackedJob[] jobs = [.. new[] { "a", "b", "c" }.Select(id => new TrackedJob(id, time, null) { IsAccepted = true })];
            watch.Add(jobs[0]);
            watch.Remove(jobs[0]);
            watch.Reconsider();
            Thread.SpinWait(round % 300);
            watch.Add(jobs[1]);
            watch.Add(jobs[2]);
            await jobs[1].NewsAsync(Scene.Cancel);
            await jobs[2].NewsAsync(Scene.Cancel);
            watch.Remove(jobs[1]);
            watch.Remove(jobs[2]);
        }

        Assert.Equal(1, server.MostAtOnce);
    }

    // Each look at it finds that a second has passed: every question is due.
    private sealed class HurriedClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref _now);
    }

    private sealed class EmptyServer : IJobServer
    {
        private int _asking;

        internal int MostAtOnce { get; private set; }

        public async Task<QueueSnapshot> GetQueueAsync(CancellationToken cancellationToken, bool isFresh = false)
        {
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _asking));
            for (int i = 0; i < 10; i++)
            {
                await Task.Yield();
            }

            Interlocked.Decrement(ref _asking);
            return QueueSnapshot.Read(new JsonObject { ["queue_running"] = new JsonArray(), ["queue_pending"] = new JsonArray() })!;
        }

        public Task<PromptAccepted> SubmitAsync(PromptRequest request, Func<CancellationToken, Task<bool>> mayRepeat, CancellationToken cancellationToken)
            => throw new NotSupportedException();

        public Task<HistoryEntry?> FindFinishedAsync(string id, CancellationToken cancellationToken, bool isFresh = false) => throw new NotSupportedException();

        public Task<IReadOnlyList<HistoryEntry>> ListFinishedAsync(int? most, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<IndexedJob>?> ListIndexAsync(
            IReadOnlyCollection<ComfyUIJobStatus> statuses, int skip, int? most, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RemovePendingAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ClearPendingAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ForgetFinishedAsync(IReadOnlyList<string>? ids, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task InterruptAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public string Mask(string text) => text;

        public Task<IEventStream> OpenEventsAsync(
            string clientId, bool isResumed, Action<IEventStream, ServerEvent> onEvent, Action<IEventStream> onClosed, CancellationToken cancellationToken)
            => throw new NotSupportedException();

        public Task<HttpResponseMessage> OpenFileAsync(ComfyUIOutput output, long from, string? condition, CancellationToken cancellationToken)
            => throw new NotSupportedException();
    }
}
